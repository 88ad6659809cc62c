"""Reading pages for somebody: fetched once, kept as a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote
from uuid import UUID

import httpx
from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.sniffing import sniff
from apps.perception.models import WebPage
from apps.perception.text import extract_text
from apps.perception.web.addresses import parse
from apps.perception.web.errors import PageError, wrong_type
from apps.perception.web.fetching import FILES, Fetched, fetch
from apps.perception.web.pages import Page
from apps.perception.web.politeness import count_page
from apps.perception.web.reading import read_html
from apps.perception.web.reading.decoding import decode
from apps.perception.web.reading.page import plain_page

#: A row this old is no ground for asking "has it changed since?".
OLD = timedelta(days=7)
#: Characters of a document that are read.
DOCUMENT = 200_000
SUFFIXES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/pdf": ".pdf",
}


@dataclass(frozen=True)
class Reading:
    """A page and the row in which it is kept."""

    row: WebPage
    page: Page


def _nothing() -> None:
    """Nobody wants to stop us."""


def read(
    *,
    user: User,
    url: str,
    run_id: UUID | None = None,
    allowed: Callable[[httpx.URL], None] = lambda _: None,
    check: Callable[[], None] = _nothing,
) -> Reading:
    """Read a public page, PDF, Word document or table, as robots.txt and our limits allow.

    Within a run no page is fetched twice, and within `WEB["FRESH"]` seconds not for anybody; an older copy is
    only asked for again if the site says that it has changed. `allowed` may refuse addresses on the way;
    `check` may raise to stop. Raises `PageError` with a sentence for the user.
    """
    address = str(parse(url))
    known = _known(address, run_id)
    if known is not None and _is_fresh(known, run_id):
        allowed(httpx.URL(known.final_url))
        return _again(known, user, address, run_id)
    count_page(run_id)
    fetched = fetch(address, conditions=_conditions(known), allowed=allowed, check=check)
    if fetched.status == 304 and known is not None:
        return _again(known, user, address, run_id)
    if fetched.content_type in FILES:
        page, artifact = _document(user, fetched)
    else:
        page, artifact = _page(fetched), None
    row = keep(user=user, url=address, page=page, run_id=run_id, fetched=fetched, artifact=artifact)
    return Reading(row, page)


def keep(
    *,
    user: User,
    url: str,
    page: Page,
    run_id: UUID | None,
    fetched: Fetched | None = None,
    artifact: Artifact | None = None,
    is_rendered: bool = False,
) -> WebPage:
    """Write the row of a page that was just read."""
    headers = fetched.headers if fetched else httpx.Headers()
    text = page.text
    return WebPage.objects.create(
        user=user,
        department=user.department_slug,
        run_id=run_id,
        url=url,
        final_url=page.url,
        url_key=WebPage.key_of(url),
        status=fetched.status if fetched else 200,
        content_type=fetched.content_type if fetched else "text/html",
        title=page.title,
        language=page.language,
        text=text,
        content=page.model_dump(mode="json"),
        sha256=sha256(fetched.body if fetched else text.encode()).hexdigest(),
        etag=headers.get("etag", "")[:300],
        last_modified=headers.get("last-modified", "")[:60],
        is_rendered=is_rendered,
        artifact=artifact,
        fetched_at=timezone.now(),
    )


def _known(address: str, run_id: UUID | None) -> WebPage | None:
    """The last copy of the page that anybody read without a browser: public pages look the same to all.

    A file belongs to the person for whom it was kept, so only the same run takes it again.
    """
    since = timezone.now() - OLD
    return (
        WebPage.objects.filter(
            models.Q(artifact=None) | models.Q(run_id=run_id),
            url_key=WebPage.key_of(address),
            is_rendered=False,
            fetched_at__gte=since,
        )
        .order_by("-fetched_at")
        .first()
    )


def _is_fresh(known: WebPage, run_id: UUID | None) -> bool:
    if run_id is not None and known.run_id == run_id:
        return True
    return timezone.now() - known.fetched_at < timedelta(seconds=settings.WEB["FRESH"])


def _again(known: WebPage, user: User, address: str, run_id: UUID | None) -> Reading:
    """The copy as a row of this run, which says when the site was really asked."""
    page = Page.model_validate(known.content)
    if known.run_id == run_id and known.user_id == user.pk:
        return Reading(known, page)
    same = {
        name: getattr(known, name)
        for name in (
            "final_url", "url_key", "status", "content_type", "title", "language", "text", "content",
            "sha256", "etag", "last_modified", "fetched_at",
        )
    }  # fmt: skip
    row = WebPage.objects.create(
        user=user, department=user.department_slug, run_id=run_id, url=address, source=known, **same
    )
    return Reading(row, page)


def _conditions(known: WebPage | None) -> dict[str, str]:
    if known is None:
        return {}
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _page(fetched: Fetched) -> Page:
    if fetched.is_page or fetched.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return read_html(fetched.body, url=fetched.url, charset=fetched.charset)
    text = decode(fetched.body, fetched.charset).replace("\x00", "")
    return plain_page(text, url=fetched.url, title=_file_name(fetched))


def _document(user: User, fetched: Fetched) -> tuple[Page, Artifact]:
    """The text of a file, and the file itself as it was."""
    if not fetched.body:
        raise PageError("The file at this address is empty.", code="empty_file")
    name = _file_name(fetched)
    if sniff(BytesIO(fetched.body), name).kind in {Kind.OTHER, Kind.IMAGE, Kind.AUDIO, Kind.VIDEO}:
        raise wrong_type(fetched.content_type)
    artifact = artifacts.store(
        owner=user, name=name, content=fetched.body, metadata={"source_url": fetched.url}
    )
    text = extract_text(artifact, limit_chars=DOCUMENT)
    return plain_page(text, url=fetched.url, title=artifact.name), artifact


def _file_name(fetched: Fetched) -> str:
    name = PurePosixPath(unquote(httpx.URL(fetched.url).path)).name or "document"
    suffix = SUFFIXES.get(fetched.content_type, "")
    return name if name.lower().endswith(suffix) else f"{name}{suffix}"
