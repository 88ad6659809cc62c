"""Getting a page: guarded, polite, bounded in time and size."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import h11
import httpcore
import httpx
from django.conf import settings

from apps.perception.web import robots
from apps.perception.web.addresses import join, parse
from apps.perception.web.errors import (
    asked_to_wait,
    forbidden_by_robots,
    garbled,
    insecure,
    refused,
    robots_unknown,
    timed_out,
    too_large,
    too_many_hops,
    unreachable,
    wrong_type,
)
from apps.perception.web.network import Deadline, GuardedTransport
from apps.perception.web.politeness import put_off, take_turn
from apps.perception.web.unpacking import ACCEPTED, collect

MAX_HOPS = 5
#: How long a connection may be silent, in seconds.
SILENCE = {"connect": 8.0, "read": 10.0, "write": 10.0, "pool": 1.0}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGES = frozenset({"text/html", "application/xhtml+xml"})
TEXTS = frozenset({"text/plain", "text/markdown"})
#: Files that are downloaded and read as documents; servers call them this or that.
FILES = frozenset(
    {
        "application/pdf", "text/csv", "text/tab-separated-values", "application/octet-stream",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.ms-excel", "application/zip", "binary/octet-stream", "application/x-pdf",
    }
)  # fmt: skip
_REFRESH = re.compile(
    rb"<meta[^>]{0,200}http-equiv\s*=\s*[\"']?refresh[\"']?[^>]{0,200}content\s*=\s*[\"']\s*(\d{1,4})(?:\.\d*)?\s*[;,]"
    rb"\s*(?:url\s*=\s*)?[\"']?([^\"'>]{1,2000})",
    re.IGNORECASE,
)
#: A page that moves on later than this is meant to be read first (seconds).
SOON = 5


def _nothing() -> None:
    """Nobody wants to stop us."""


@dataclass(frozen=True)
class Fetched:
    """What a site sent. `status` is 200 or 304 (nothing new; the body is empty then)."""

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    headers: httpx.Headers = field(repr=False)
    hops: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.content_type in PAGES


def fetch(
    address: str,
    *,
    conditions: Mapping[str, str] | None = None,
    allowed: Callable[[httpx.URL], None] = lambda _: None,
    check: Callable[[], None] = _nothing,
) -> Fetched:
    """Get what is at the address, following at most `MAX_HOPS` redirections; each is checked like the first.

    `conditions` are headers of a conditional request (sent to the first address only). `allowed` may raise
    for addresses that the caller does not want; `check` when it is told to stop. Raises `PageError`.
    """
    url = parse(address)
    hops: list[str] = []
    whole = Deadline(float(settings.WEB["TIMEOUT"]) + float(settings.WEB["PATIENCE"]), check)
    while True:
        allowed(url)
        _ask_robots(url, whole)
        answer = _once(url, headers=dict(conditions or {}) if not hops else {}, whole=whole)
        target = _leads_to(url, answer)
        if target is None:
            break
        hops.append(str(url))
        if len(hops) > MAX_HOPS:
            raise too_many_hops(MAX_HOPS)
        url = target
    if answer.status not in {200, 304}:
        raise refused(url.host, answer.status)
    return Fetched(
        str(url), answer.status, answer.content_type, answer.charset, answer.body, answer.headers, tuple(hops)
    )


def _leads_to(url: httpx.URL, answer: Fetched) -> httpx.URL | None:
    """Where the answer sends us, by its header or by its page."""
    if answer.status in REDIRECTS and answer.headers.get("location"):
        return join(url, answer.headers["location"])
    if answer.status == 200 and answer.is_page and (found := _REFRESH.search(answer.body[:16_384])):
        seconds, target = int(found[1]), found[2].decode("utf-8", "replace").replace("&amp;", "&")
        if seconds <= SOON and (moved := join(url, target)) != url:
            return moved
    return None


def _ask_robots(url: httpx.URL, whole: Deadline) -> None:
    """Wait for our turn, if the site allows the page at all."""
    rules = robots.rules_of(url, lambda address: _rules(address, whole))
    if rules.state == "unknown":
        raise robots_unknown(url.host)
    if not rules.allow(url):
        raise forbidden_by_robots(url.host)
    take_turn(url.host, pause=rules.pause(), check=lambda: _go_on(whole, url))


def robots_file(address: httpx.URL, check: Callable[[], None] = _nothing) -> tuple[int, bytes]:
    """Status and bytes of a robots.txt, redirections followed. Raises `PageError`."""
    return _rules(address, Deadline(float(settings.WEB["TIMEOUT"]), check))


def _rules(address: httpx.URL, whole: Deadline) -> tuple[int, bytes]:
    url = address
    for _ in range(MAX_HOPS + 1):
        answer = _once(url, headers={}, whole=whole, is_rules=True)
        if answer.status not in REDIRECTS or not answer.headers.get("location"):
            return answer.status, answer.body
        url = join(url, answer.headers["location"])
    raise too_many_hops(MAX_HOPS)


def _go_on(whole: Deadline, url: httpx.URL) -> None:
    whole.remaining(url.host)


def _once(url: httpx.URL, *, headers: dict[str, str], whole: Deadline, is_rules: bool = False) -> Fetched:
    """One request, without a client: no cookies, no credentials, no settings of the machine."""
    deadline = whole.within(float(settings.WEB["TIMEOUT"]))
    sent = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": settings.WEB["USER_AGENT"],
        "Accept": "text/html, application/xhtml+xml, application/pdf;q=0.9, text/*;q=0.8, */*;q=0.5",
        "Accept-Language": "en, zh;q=0.8, ms;q=0.7",
        "Accept-Encoding": ACCEPTED,
        **headers,
    }
    request = httpx.Request("GET", url, headers=sent, extensions={"timeout": SILENCE})
    try:
        with GuardedTransport(deadline) as transport, closing(transport.handle_request(request)) as response:
            return _received(url, response, is_rules=is_rules)
    except (httpcore.TimeoutException, httpx.TimeoutException) as error:
        raise timed_out(url.host) from error
    except (httpcore.ConnectError, httpx.ConnectError) as error:
        raise (insecure if "certificate" in str(error).lower() else unreachable)(url.host) from error
    except (httpcore.ProtocolError, httpx.ProtocolError, h11.ProtocolError) as error:
        raise garbled(url.host) from error
    except (httpcore.NetworkError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise unreachable(url.host) from error


def _received(url: httpx.URL, response: httpx.Response, *, is_rules: bool) -> Fetched:
    content_type, charset = _type_of(response)
    body = b""
    if response.status_code in {429, 503}:
        _keep_away(url, response)
    if response.status_code == 200:
        if not is_rules and content_type not in PAGES | TEXTS | FILES:
            raise wrong_type(content_type)
        limit = _limit(content_type, is_rules=is_rules)
        body = _body(url, response, limit)
    return Fetched(str(url), response.status_code, content_type, charset, body, response.headers)


def _body(url: httpx.URL, response: httpx.Response, limit: int) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large(url.host, limit)
    encoding = response.headers.get("content-encoding", "")
    return collect(response.iter_raw(), encoding=encoding, limit=limit, host=url.host)


def _limit(content_type: str, *, is_rules: bool) -> int:
    if is_rules:
        return robots.MAX_BYTES
    return int(settings.WEB["MAX_FILE" if content_type in FILES else "MAX_PAGE"])


def _type_of(response: httpx.Response) -> tuple[str, str]:
    """MIME type and charset; a server that names none probably sends a page."""
    kind, _, parameters = response.headers.get("content-type", "").partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", parameters, re.IGNORECASE)
    return kind.strip().lower() or "text/html", charset[1] if charset else ""


def _keep_away(url: httpx.URL, response: httpx.Response) -> None:
    seconds = retry_after(response.headers.get("retry-after", ""))
    put_off(url.host, seconds=seconds)
    raise asked_to_wait(url.host, seconds)


def retry_after(value: str) -> float:
    """Seconds that a Retry-After header asks for, as a number or a date; 30 without a readable one."""
    if value.strip().isdecimal():
        return float(value.strip()[:6])
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return 30.0
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(tz=UTC)).total_seconds())
