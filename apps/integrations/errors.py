"""What can go wrong at another company's service."""

from __future__ import annotations

from apps.core.errors import DomainError, Unavailable


class NotConnected(Unavailable):
    """There are no credentials for this service."""

    code = "not_connected"


class SignInFailed(DomainError):
    """The service does not know us, or no longer: a person has to mend the connection."""

    code = "sign_in_failed"
    title = "The service did not let us in"


class Refused(DomainError):
    """The service understood and said no; trying again changes nothing. `service_code` is its own word."""

    code = "refused"
    title = "The service refused"

    def __init__(self, detail: str, *, status: int = 0, service_code: str = "") -> None:
        super().__init__(detail)
        self.service_status = status
        self.service_code = service_code


class Missing(Refused):
    """There is no such thing at the service."""

    code = "missing_there"


class Throttled(Unavailable):
    """The service asks us to wait `seconds` before the next call. Nothing was done."""

    code = "throttled"

    def __init__(self, detail: str, *, seconds: float) -> None:
        super().__init__(detail)
        self.seconds = seconds


class Uncertain(Unavailable):
    """No answer, or one that does not say: the call may have had its effect or not."""

    code = "uncertain"
