"""Public pages of LinkedIn. Where its rules or its log-in wall say no, that is the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import httpx
from django.conf import settings

from apps.accounts.models import User
from apps.perception.web.addresses import parse
from apps.perception.web.errors import PageError
from apps.perception.web.linkedin.prospects import Prospect, merged
from apps.perception.web.pages import Page
from apps.perception.web.politeness import take_turn
from apps.perception.web.services import Reading, read

INSTEAD = (
    "Here is what works instead: open the page yourself, copy its text and paste it here; or choose “More → "
    "Save to PDF” on the profile, or download your connections (Settings → Data privacy → Get a copy of your "
    "data), and attach the PDF or CSV."
)
_PUBLIC = re.compile(r"^/(?:[a-z]{2}/)?(?P<kind>company|school|showcase|in|pub)/[^/]+", re.IGNORECASE)
_WALL = re.compile(r"^/(authwall|login|uas/|checkpoint|signup|start/join|m/login)", re.IGNORECASE)
_TITLE = re.compile(r"\s*\|\s*LinkedIn.*$", re.IGNORECASE)
#: What LinkedIn answers to programs.
REFUSES_PROGRAMS = "http_999"


def is_linkedin(url: str) -> bool:
    """Whether the address is one of LinkedIn's."""
    try:
        host = httpx.URL(url).host.lower()
    except (httpx.InvalidURL, ValueError):
        return False
    return host == "linkedin.com" or host.endswith(".linkedin.com")


def is_company(url: str) -> bool:
    """Whether it is the page of a company (or school), not of a person."""
    found = _PUBLIC.match(httpx.URL(url).path)
    return found is not None and found["kind"].lower() in {"company", "school", "showcase"}


def read_public(
    *, user: User, url: str, run_id: UUID | None = None, check: Callable[[], None] = lambda: None
) -> tuple[Reading, list[Prospect]]:
    """Read the public page of a company or a person, if LinkedIn lets programs do so.

    Raises `PageError` when it does not (robots.txt, log-in wall, HTTP 999), with what to do instead.
    Nothing is tried to get around that.
    """
    address = parse(url)
    if not is_linkedin(url):
        raise PageError("This is not a page of LinkedIn.", code="not_linkedin")
    if not _PUBLIC.match(address.path):
        raise PageError(
            "I read public pages of companies and people on LinkedIn (linkedin.com/company/… or "
            f"linkedin.com/in/…), not lists, searches or messages. {INSTEAD}",
            code="not_public",
        )
    take_turn("linkedin.com", pause=float(settings.WEB["LINKEDIN_PAUSE"]), check=check)
    try:
        reading = read(user=user, url=url, run_id=run_id, allowed=_refuse_wall, check=check)
    except PageError as error:
        raise _explained(error) from error
    if _is_wall(reading.page):
        raise log_in_wall()
    return reading, prospects_of(reading.page)


def prospects_of(page: Page) -> list[Prospect]:
    """Who the page is about, by its markup and its title."""
    title = _TITLE.sub("", page.title).strip()
    if is_company(page.url):
        return merged(_companies(page, title))
    return merged(_people(page, title))


def log_in_wall() -> PageError:
    """LinkedIn shows the page to members only."""
    return PageError(
        f"LinkedIn shows this page only after a log-in, and I never log in or get around that. {INSTEAD}",
        code="log_in_wall",
    )


def _companies(page: Page, title: str) -> list[Prospect]:
    named = next((found for found in page.organizations if found.name), None)
    return [
        Prospect(
            company=named.name if named else title,
            location=named.address if named else "",
            phone=named.telephone if named else "",
            email=named.email if named else "",
            website=named.url if named and not is_linkedin(named.url) else "",
            url=page.url,
            source=page.url,
        )
    ]


def _people(page: Page, title: str) -> list[Prospect]:
    """The first person of the markup is the one of the profile; others are neighbours."""
    parts = [part.strip() for part in re.split(r"\s+[-–—]\s+", title) if part.strip()]
    marked = page.people[0] if page.people else None
    return [
        Prospect(
            person=(marked.name if marked else "") or (parts[0] if parts else ""),
            role=(marked.role if marked else "") or (parts[1] if len(parts) > 2 else ""),
            company=(marked.company if marked else "") or (parts[-1] if len(parts) > 1 else ""),
            location=marked.location if marked else "",
            url=page.url,
            source=page.url,
        )
    ]


def _refuse_wall(url: httpx.URL) -> None:
    if _WALL.match(url.path):
        raise log_in_wall()
    if not is_linkedin(str(url)):
        raise PageError(f"LinkedIn leads away to {url.host}. {INSTEAD}", code="other_site")


def _is_wall(page: Page) -> bool:
    return bool(
        re.match(r"(sign up|log ?in|join linkedin|linkedin login)", page.title.strip(), re.IGNORECASE)
    )


def _explained(error: PageError) -> PageError:
    if error.code == REFUSES_PROGRAMS:
        return PageError(
            f"LinkedIn refuses programs (it answered 999), and I keep to that. {INSTEAD}", code=error.code
        )
    if error.code in {"robots", "robots_unknown", "http_403", "http_401", "http_451"}:
        return PageError(
            "LinkedIn does not allow programs to read this page (its robots.txt or its answer says so), and "
            f"I keep to that. {INSTEAD}",
            code=error.code,
        )
    return error
