"""What can go wrong in the domain, with a stable code and a sentence for the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """Base of every expected failure. `detail` is shown to people; `code` is stable for programs.

    Becomes an RFC 9457 problem document in the API, a message in the admin, a `ToolError` for a model.
    """

    status = 400
    code = "invalid"
    title = "The request could not be carried out"

    def __init__(self, detail: str, *, code: str = "", errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.errors = dict(errors or {})


class Invalid(DomainError):
    """The input is not acceptable; `errors` names the fields."""


class NotFound(DomainError):
    """There is no such thing, or not for this user."""

    status = 404
    code = "not_found"
    title = "Not found"


class Forbidden(DomainError):
    """The user may see it but may not do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class Conflict(DomainError):
    """The thing is no longer in the state that the request assumes."""

    status = 409
    code = "conflict"
    title = "Conflict"


class TooLarge(DomainError):
    """More bytes than the limit."""

    status = 413
    code = "too_large"
    title = "Too large"


class RateLimited(DomainError):
    """Too many requests, or a budget is spent."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"


class Unavailable(DomainError):
    """Something the platform depends on does not answer."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"
