"""Why a model did not answer: for people (`DomainError`) and inside the engine (`ProviderError`)."""

from __future__ import annotations

from enum import StrEnum

from apps.core.errors import RateLimited, Unavailable


class BudgetExceeded(RateLimited):
    """The user's or department's budget for this month does not allow another call."""

    code = "budget_exceeded"
    title = "Budget used up"


class ModelUnavailable(Unavailable):
    """No configured model answered; the detail says why and what to do."""

    code = "model_unavailable"
    title = "No language model available"


class PromptRejected(ModelUnavailable):
    """The model refused the request as such: too long, a malformed attachment, … Trying again does not
    help.
    """

    code = "prompt_rejected"


class Cancelled(Exception):
    """The caller's `cancelled` said so while the model was awaited."""


class Failure(StrEnum):
    """What went wrong at a provider."""

    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER = "server_error"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    BROKEN = "broken_stream"
    CREDENTIALS = "credentials"
    NOT_SERVED = "not_served"
    REJECTED = "rejected"


TRANSIENT = frozenset(
    {
        Failure.RATE_LIMITED,
        Failure.OVERLOADED,
        Failure.SERVER,
        Failure.UNREACHABLE,
        Failure.TIMED_OUT,
        Failure.BROKEN,
    }
)


class ProviderError(Exception):
    """One request to one provider failed. `retry_after` is the pause that it asks for, in seconds."""

    def __init__(self, failure: Failure, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail
        self.retry_after = retry_after

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed at the same provider a little later."""
        return self.failure in TRANSIENT
