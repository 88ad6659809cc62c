"""A page as a browser shows it, kept as a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import httpx
from django.conf import settings

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.core.errors import Unavailable
from apps.perception.web import robots
from apps.perception.web.addresses import is_web_address, parse
from apps.perception.web.errors import PageError, wrong_type
from apps.perception.web.fetching import fetch, robots_file
from apps.perception.web.politeness import count_page
from apps.perception.web.reading import read_html
from apps.perception.web.rendering.browser import chromium, ready, run, workshop
from apps.perception.web.rendering.job import HTML_FILE, PICTURE_FILE, Job, Outcome
from apps.perception.web.services import Reading, keep

#: Everything that a page may load: scripts, styles, pictures.
MAX_BYTES = 40 * 1024 * 1024


def _nothing() -> None:
    """Nobody wants to stop us."""


def read_rendered(
    *,
    user: User,
    url: str,
    run_id: UUID | None = None,
    check: Callable[[], None] = _nothing,
    picture: bool = False,
) -> Reading:
    """Open the page in a browser and read what its scripts made of it; with a `picture` as PNG if wanted.

    robots.txt and redirections are seen to before, by the same rules as without a browser. Raises
    `Unavailable` where there is no browser, `PageError` otherwise.
    """
    if sentence := ready():
        raise Unavailable(sentence, code="no_browser")
    address = str(parse(url))
    count_page(run_id)
    fetched = fetch(address, check=check)
    if not fetched.is_page:
        raise wrong_type(fetched.content_type)
    with workshop() as folder:
        job = _job(fetched.url, folder, picture=picture, check=check)
        outcome = run(job, check=check)
        html = _html(folder, outcome, fetched.url)
        page = read_html(html, url=str(parse(outcome.url)), charset="utf-8").model_copy(
            update={"needs_browser": False}
        )
        artifact = _picture(user, folder, page.url) if picture else None
    row = keep(user=user, url=address, page=page, run_id=run_id, artifact=artifact, is_rendered=True)
    return Reading(row, page)


def _job(url: str, folder: Path, *, picture: bool, check: Callable[[], None]) -> Job:
    rules = robots.rules_of(httpx.URL(url), lambda address: robots_file(address, check))
    return Job(
        url=url,
        folder=str(folder),
        chromium=chromium(),
        seconds=float(settings.WEB["BROWSER_TIMEOUT"]),
        picture=picture,
        max_page=int(settings.WEB["MAX_PAGE"]),
        max_bytes=MAX_BYTES,
        user_agent=settings.WEB["USER_AGENT"],
        robots=rules.text,
        web={"ALLOWED_PRIVATE": list(settings.WEB["ALLOWED_PRIVATE"]), "PAUSE": 0.0},
    )


def _html(folder: Path, outcome: Outcome, url: str) -> bytes:
    host = httpx.URL(url).host
    if outcome.error.startswith("start:"):
        raise Unavailable("The browser could not be started on the server.", code="no_browser")
    path = folder / HTML_FILE
    if not path.is_file() or not is_web_address(outcome.url):
        raise PageError(f"The browser could not open the page at {host}.", code="not_rendered")
    return path.read_bytes()


def _picture(user: User, folder: Path, url: str) -> Artifact | None:
    path = folder / PICTURE_FILE
    if not path.is_file():
        return None
    name = f"{httpx.URL(url).host}.png"
    return artifacts.store(owner=user, name=name, content=path.read_bytes(), metadata={"source_url": url})
