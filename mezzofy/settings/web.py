"""How pages of the web are read: whom we say we are, how polite we are, and where limits lie."""

from __future__ import annotations

from typing import Any

from mezzofy.settings.env import env

WEB: dict[str, Any] = {
    # Sites see this name; their robots.txt may speak of "MezzofyBot".
    "USER_AGENT": env.str("WEB_USER_AGENT", default="") or "MezzofyBot/1.0 (+https://www.mezzofy.com)",
    # Addresses inside the house (10.0.0.5:8080) that may be read though they are not public. None by default.
    "ALLOWED_PRIVATE": env.list("WEB_ALLOWED_PRIVATE", default=[]),
    # Seconds for one page, from the name look-up to the last byte.
    "TIMEOUT": env.float("WEB_TIMEOUT", default=20.0),
    # Bytes, unpacked: of a page, of a file (PDF, Word, table).
    "MAX_PAGE": env.int("WEB_MAX_PAGE", default=3 * 1024 * 1024),
    "MAX_FILE": env.int("WEB_MAX_FILE", default=20 * 1024 * 1024),
    # Seconds between two requests to one site, over all processes; robots.txt may ask for more.
    "PAUSE": env.float("WEB_PAUSE", default=1.0),
    # A site that wants us to wait longer than this is not waited for.
    "PATIENCE": env.float("WEB_PATIENCE", default=10.0),
    "PAGES_PER_RUN": env.int("WEB_PAGES_PER_RUN", default=30),
    # Within so many seconds a page is not fetched again.
    "FRESH": env.int("WEB_FRESH", default=600),
    # Seconds between two pages of LinkedIn, where more is taken amiss than elsewhere.
    "LINKEDIN_PAUSE": env.float("WEB_LINKEDIN_PAUSE", default=10.0),
    # SearXNG ("https://search.example.com"), or with a key Brave's endpoint.
    "SEARCH_URL": env.str("WEB_SEARCH_URL", default=""),
    "SEARCH_KEY": env.str("WEB_SEARCH_KEY", default=""),
    # The browser for pages that are made by scripts; found by its usual names when empty.
    "BROWSER": env.str("WEB_BROWSER", default=""),
    "BROWSER_TIMEOUT": env.float("WEB_BROWSER_TIMEOUT", default=40.0),
}
