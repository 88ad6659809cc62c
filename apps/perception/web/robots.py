"""What a site allows programs to read: its robots.txt, kept for a day (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import httpx
import structlog
from django.conf import settings
from django.core.cache import cache
from protego import Protego

from apps.perception.web.errors import PageError

log = structlog.get_logger(__name__)

#: The name to which a robots.txt may speak.
TOKEN = "MezzofyBot"  # noqa: S105
MAX_BYTES = 512 * 1024
KEPT = 24 * 3600
#: What could not be had is asked for again sooner.
KEPT_UNKNOWN = 300
LONGEST_PAUSE = 60.0

Load = Callable[[httpx.URL], tuple[int, bytes]]


@dataclass(frozen=True)
class Rules:
    """What a site says. `state` is `open` (no rules), `text`, or `unknown` (to be taken as a no)."""

    state: str
    text: str = ""

    def allow(self, url: httpx.URL) -> bool:
        """Whether this page may be read."""
        return self.allow_text(str(url)) if self.state == "text" else self.state == "open"

    def allow_text(self, url: str) -> bool:
        """Whether the text of the rules allows this page."""
        return bool(_parsed(self.text).can_fetch(url, TOKEN))

    def pause(self) -> float:
        """Seconds between two requests: ours, or more when the site asks for it."""
        ours = float(settings.WEB["PAUSE"])
        if self.state != "text":
            return ours
        parsed = _parsed(self.text)
        delay = float(parsed.crawl_delay(TOKEN) or 0)
        rate = parsed.request_rate(TOKEN)
        if rate is not None and rate.requests:
            delay = max(delay, rate.seconds / rate.requests)
        return max(ours, min(delay, LONGEST_PAUSE))


def rules_of(url: httpx.URL, load: Load) -> Rules:
    """The rules of the site of `url`; `load` gets a robots.txt as status and bytes, or raises `PageError`."""
    origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
    kept = _kept(origin)
    if kept is not None:
        return kept
    rules = _loaded(url.copy_with(raw_path=b"/robots.txt"), load)
    try:
        cache.set(_key(origin), (rules.state, rules.text), KEPT_UNKNOWN if rules.state == "unknown" else KEPT)
    except Exception as error:  # the cache is a help, not a condition
        log.warning("web.cache_unavailable", reason=str(error))
    return rules


def _kept(origin: str) -> Rules | None:
    try:
        found = cache.get(_key(origin))
    except Exception as error:
        log.warning("web.cache_unavailable", reason=str(error))
        return None
    return Rules(*found) if found else None


def _loaded(address: httpx.URL, load: Load) -> Rules:
    """Missing rules allow everything; a site that cannot say what it allows, allows nothing for now."""
    try:
        status, body = load(address)
    except PageError as error:
        if error.code in {"unreachable", "timeout", "asked_to_wait"}:
            return Rules("unknown")
        if error.code in {"private_address", "bad_address"}:
            raise
        # Too large, too many redirections: RFC 9309 takes them as no rules.
        return Rules("open") if error.code == "too_many_hops" else Rules("unknown")
    if status == 200:
        return Rules("text", body[:MAX_BYTES].decode("utf-8", "replace"))
    if status == 429 or status >= 500:
        return Rules("unknown")
    return Rules("open")


@lru_cache(maxsize=64)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)


def _key(origin: str) -> str:
    return f"web:robots:{origin}"
