"""From the exceptions of the SDK and its HTTP client to `ProviderError`."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import anthropic
import httpx2

from apps.llm.errors import Failure, ProviderError

#: By the type in the body, which also an error in the middle of a stream (HTTP status 200) carries.
BY_TYPE = {
    "rate_limit_error": Failure.RATE_LIMITED,
    "overloaded_error": Failure.OVERLOADED,
    "api_error": Failure.SERVER,
    "timeout_error": Failure.SERVER,
    "authentication_error": Failure.CREDENTIALS,
    "permission_error": Failure.CREDENTIALS,
    "billing_error": Failure.NOT_SERVED,
    "not_found_error": Failure.NOT_SERVED,
    "invalid_request_error": Failure.REJECTED,
    "request_too_large": Failure.REJECTED,
}
BY_STATUS = {
    401: Failure.CREDENTIALS,
    402: Failure.NOT_SERVED,
    403: Failure.CREDENTIALS,
    404: Failure.NOT_SERVED,
    408: Failure.SERVER,
    409: Failure.SERVER,
    429: Failure.RATE_LIMITED,
    529: Failure.OVERLOADED,
}
#: What an API key looks like; a server may quote it in its complaint, and rows and logs are for many eyes.
SECRET = re.compile(r"\b(sk-|Bearer\s+)[\w\-.]{6,}")
MAX_DETAIL = 500


@contextmanager
def translated(*secrets: str) -> Iterator[None]:
    """Turn any failure of a request inside the block into a ProviderError whose text holds none of
    `secrets`.
    """
    try:
        yield
    except anthropic.APIStatusError as error:
        failure = (
            BY_TYPE.get(error.type or "") or BY_STATUS.get(error.status_code) or _by_class(error.status_code)
        )
        detail = error.api_message or error.message
        raise ProviderError(failure, _clean(detail, secrets), retry_after=_pause(error.response)) from None
    except (anthropic.APITimeoutError, httpx2.TimeoutException) as error:
        raise ProviderError(Failure.TIMED_OUT, _clean(_reason(error), secrets)) from None
    except anthropic.APIConnectionError as error:
        raise ProviderError(Failure.UNREACHABLE, _clean(_reason(error), secrets)) from None
    except (httpx2.HTTPError, httpx2.StreamError, anthropic.AnthropicError, ValueError) as error:
        # Once the answer has begun, the SDK lets the HTTP client's own errors through; ValueError is garbled
        # JSON.
        raise ProviderError(Failure.BROKEN, _clean(_reason(error), secrets)) from None


def _by_class(status: int) -> Failure:
    return Failure.SERVER if status >= 500 or status < 400 else Failure.REJECTED


def _reason(error: BaseException) -> str:
    # The SDK wraps what the HTTP client says in a sentence that is the same for everything.
    innermost = error.__cause__ or error
    return f"{type(innermost).__name__}: {innermost}"


def _clean(detail: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):
        detail = detail.replace(secret, "[key]")
    return SECRET.sub("[key]", detail)[:MAX_DETAIL]


def _pause(response: httpx2.Response) -> float | None:
    """Seconds, from `Retry-After`: a number or a date (RFC 9110, section 10.2.3)."""
    value = response.headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        moment = email.utils.parsedate_tz(value)
        return max(0.0, email.utils.mktime_tz(moment) - time.time()) if moment else None
