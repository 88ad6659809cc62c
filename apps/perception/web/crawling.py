"""A few pages of one site, the ones that promise most for a question first."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote
from uuid import UUID

import httpx

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.perception.web.addresses import parse
from apps.perception.web.errors import PageError
from apps.perception.web.pages import Link
from apps.perception.web.ranking import scored, word_scores
from apps.perception.web.services import Reading, read

MOST_PAGES = 10
SECONDS = 90.0
#: Links of one page that are compared with the question.
MAX_LINKS = 120
#: Asked when nobody asks: what people want to know of a company.
ABOUT = "about us, company, contact, location, opening hours, menu, products, prices"
_NO_PAGE = re.compile(r"\.(jpe?g|png|gif|webp|svg|mp4|mp3|zip|exe|dmg|css|js|ico|xml|rss)$", re.IGNORECASE)
_ACTION = re.compile(
    r"/(log-?in|log-?out|sign-?in|sign-?up|register|cart|checkout|account|wp-admin)\b", re.IGNORECASE
)


@dataclass
class Crawl:
    """What was read, the first page first, and which pages refused, with their sentence."""

    readings: list[Reading] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)


def crawl(
    *,
    user: User,
    url: str,
    question: str = "",
    max_pages: int = 5,
    run_id: UUID | None = None,
    check: Callable[[], None] = lambda: None,
    tell: Callable[[str], None] = lambda _: None,
) -> Crawl:
    """Read the page and then those of the same site to which links promise most for the question.

    Stays on the host (with or without "www."), keeps to robots.txt, and ends after `max_pages` (at most
    `MOST_PAGES`) or about `SECONDS`. Raises `PageError` when the first page cannot be read.
    """
    started = time.monotonic()
    first = read(user=user, url=url, run_id=run_id, check=check)
    work = _Frontier(site_of(first.page.url), question)
    found = Crawl([first])
    work.take(first)
    while len(found.readings) < min(max_pages, MOST_PAGES) and time.monotonic() - started < SECONDS:
        link = work.best()
        if link is None:
            break
        tell(link.url)
        try:
            reading = read(user=user, url=link.url, run_id=run_id, allowed=work.refuse_others, check=check)
        except PageError as error:
            found.refusals.append((link.url, error.detail))
            if error.code in {"too_many_pages", "asked_to_wait"}:
                break
        except DomainError as error:
            found.refusals.append((link.url, error.detail))
        else:
            if work.take(reading):
                found.readings.append(reading)
    return found


def site_of(url: str) -> str:
    """The host without "www."."""
    return httpx.URL(url).host.lower().removeprefix("www.")


class _Frontier:
    """The links that were seen and not yet followed, with their promise."""

    def __init__(self, site: str, question: str) -> None:
        self._site = site
        self._question = question.strip() or ABOUT
        self._open: dict[str, tuple[float, Link]] = {}
        self._seen: set[str] = set()
        self._texts: set[str] = set()

    def take(self, reading: Reading) -> bool:
        """Note where a page leads; False for a page that is the same as one before."""
        self._seen |= {str(parse(reading.row.url)), str(parse(reading.page.url))}
        links = [link for link in reading.page.links if self._is_candidate(link)][:MAX_LINKS]
        texts = [f"{link.text} {_words_of(link.url)}" for link in links]
        for link, score in zip(
            links, scored(self._question, texts, word_scores(self._question, texts)), strict=True
        ):
            self._open[link.url] = (float(score), link)
        is_new = reading.row.sha256 not in self._texts
        self._texts.add(reading.row.sha256)
        return is_new

    def best(self) -> Link | None:
        """The most promising link, taken out of the list."""
        if not self._open:
            return None
        url = max(self._open, key=lambda address: self._open[address][0])
        self._seen.add(url)
        return self._open.pop(url)[1]

    def refuse_others(self, url: httpx.URL) -> None:
        """A redirection to another site ends there."""
        if site_of(str(url)) != self._site:
            raise PageError(f"The page leads away to {url.host}.", code="other_site")

    def _is_candidate(self, link: Link) -> bool:
        if link.url in self._seen or link.url in self._open or site_of(link.url) != self._site:
            return False
        path = httpx.URL(link.url).path
        return not _NO_PAGE.search(path) and not _ACTION.search(path)


def _words_of(url: str) -> str:
    return re.sub(r"[^\w]+", " ", unquote(httpx.URL(url).path))[:100]
