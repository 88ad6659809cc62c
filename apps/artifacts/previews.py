"""Pictures of first pages: made once, kept beside the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.core.files.base import ContentFile

from apps.artifacts import services
from apps.artifacts.models import Artifact


@dataclass(frozen=True)
class Drawn:
    """The first pages as PNG. `total` counts all pages; `simplified`: not drawn by its own program."""

    pages: tuple[bytes, ...]
    total: int
    simplified: bool = False


@dataclass(frozen=True)
class Shown:
    """What is kept of a drawing: how many pages there are pictures of, of how many."""

    pages: int
    total: int
    simplified: bool


Renderer = Callable[[bytes, str], Drawn | None]
MAX_PREVIEW_SOURCE = 30 * 1024 * 1024
#: Pictures for one file; the rest is read in the file itself.
MAX_PAGES = 3

_renderers: list[Renderer] = []


def renderer(function: Renderer) -> Renderer:
    """Register `function(content, content_type) -> Drawn or None`; apps above know how to draw files."""
    _renderers.append(function)
    return function


def preview_png(artifact: Artifact, page: int = 1) -> bytes | None:
    """The picture of a page, from 1; None when nobody can draw this file, or where it has no such page."""
    shown = preview_pages(artifact)
    if shown is None or not 1 <= page <= shown.pages:
        return None
    with services.storage().open(services.preview_key(artifact.storage_key, page)) as kept:
        return bytes(kept.read())


def preview_pages(artifact: Artifact) -> Shown | None:
    """Which pictures there are; drawn now if they were not before. None when nobody can draw this file."""
    storage = services.storage()
    facts = services.preview_facts_key(artifact.storage_key)
    if storage.exists(facts):
        with storage.open(facts) as kept:
            return Shown(**json.load(kept))
    drawn = _draw(artifact)
    if drawn is None or not drawn.pages:
        return None
    for number, png in enumerate(drawn.pages[:MAX_PAGES], start=1):
        key = services.preview_key(artifact.storage_key, number)
        if not storage.exists(key):
            storage.save(key, ContentFile(png))
    shown = Shown(min(len(drawn.pages), MAX_PAGES), drawn.total, drawn.simplified)
    # Last: whoever finds it finds the pictures.
    storage.save(facts, ContentFile(json.dumps(vars(shown)).encode()))
    return shown


def _draw(artifact: Artifact) -> Drawn | None:
    if artifact.size_bytes > MAX_PREVIEW_SOURCE:
        return None
    with services.open_bytes(artifact) as content:
        data = content.read()
    return next((drawn for render in _renderers if (drawn := render(data, artifact.content_type))), None)
