"""How we call other companies: time-outs, bounded connections, polite waiting.

Calls that only read are tried again when they fail; calls with an effect only when the service says that it
did nothing (429, 503). Whoever wrote something and got no answer is told so (`Uncertain`).
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import httpx
import structlog
from django.conf import settings

from apps.integrations.errors import Throttled, Uncertain

log = structlog.get_logger(__name__)

TIMEOUT = httpx.Timeout(30, connect=5, pool=10)
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=60)
ATTEMPTS = 4
#: Seconds that one call may spend waiting in all; what needs longer comes back later.
MAX_WAIT = 20.0
#: Nothing was done, by the service's own word.
UNTOUCHED = (429, 503)


@dataclass(frozen=True)
class Ask:
    """One request. `safe` ones have no effect however often they are made."""

    method: str
    url: str
    headers: Mapping[str, str]
    json: Any = None
    data: Mapping[str, str] | None = None
    content: bytes | None = None
    params: Mapping[str, str] | None = None
    safe: bool = False


def pause(seconds: float) -> None:
    """Wait. A name of its own, so that tests need not."""
    time.sleep(seconds)


def send(ask: Ask) -> httpx.Response:
    """The answer, of whatever status that is not worth another try here.

    Raises `Throttled` when the service wants a longer wait than a call may take, `Uncertain` when a call
    with an effect got no answer or one of a gateway, or a safe one got none in all attempts.
    """
    waited = 0.0
    for attempt in range(1, ATTEMPTS + 1):
        response = _once(ask, last=attempt == ATTEMPTS)
        if response is not None and not _worth_another(ask, response):
            return response
        wanted = retry_after(response) if response is not None else None
        seconds = wanted if wanted is not None else _back_off(attempt)
        if attempt == ATTEMPTS or waited + seconds > MAX_WAIT:
            raise Throttled("The service is busy and asks us to wait.", seconds=max(seconds, 1.0))
        log.info("http.waiting", host=httpx.URL(ask.url).host, seconds=round(seconds, 2), attempt=attempt)
        pause(seconds)
        waited += seconds
    raise AssertionError("the last attempt returns or raises")


def retry_after(response: httpx.Response) -> float | None:
    """Seconds of `Retry-After`, given as a number or as an HTTP date; None without a readable one."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def client() -> httpx.Client:
    """The connections of this process."""
    return _client(settings.INTEGRATIONS["CA_FILE"])


@lru_cache(maxsize=4)
def _client(ca_file: str) -> httpx.Client:
    trust: ssl.SSLContext | bool = ssl.create_default_context(cafile=ca_file) if ca_file else True
    return httpx.Client(timeout=TIMEOUT, limits=LIMITS, verify=trust, follow_redirects=False)


def _once(ask: Ask, *, last: bool) -> httpx.Response | None:
    """One attempt; None when a safe call should be made again."""
    try:
        return client().request(
            ask.method, ask.url, headers=dict(ask.headers), json=ask.json, data=ask.data, content=ask.content,
            params=ask.params,
        )  # fmt: skip
    except httpx.TransportError as error:
        host = httpx.URL(ask.url).host
        log.warning("http.no_answer", host=host, error=type(error).__name__)
        never_left = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        if not last and (ask.safe or never_left):
            return None
        raise Uncertain(f"{host} does not answer ({type(error).__name__}).") from error


def _worth_another(ask: Ask, response: httpx.Response) -> bool:
    if ask.safe:
        return response.status_code == 429 or response.status_code >= 500
    if response.status_code in UNTOUCHED:
        return True
    if response.status_code >= 500:
        raise Uncertain(f"The service answered with an error of its own ({response.status_code}).")
    return False


def _back_off(attempt: int, jitter: Callable[[], float] = random.random) -> float:
    """Half a second, doubled each time, at most eight; up to half of it by chance."""
    seconds = min(8.0, 0.5 * 2 ** (attempt - 1))
    return float(seconds * (0.5 + jitter() / 2))
