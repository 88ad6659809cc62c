"""Pictures of first pages: made once, kept beside the file."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.base import ContentFile

from apps.artifacts import services
from apps.artifacts.models import Artifact

Renderer = Callable[[bytes, str], bytes | None]
MAX_PREVIEW_SOURCE = 30 * 1024 * 1024

_renderers: list[Renderer] = []


def renderer(function: Renderer) -> Renderer:
    """Register `function(content, content_type) -> PNG or None`; apps above know how to draw files."""
    _renderers.append(function)
    return function


def preview_png(artifact: Artifact) -> bytes | None:
    """The kept picture, or a new one; None when nobody can draw this file."""
    key = services.preview_key(artifact.storage_key)
    storage = services.storage()
    if storage.exists(key):
        with storage.open(key) as kept:
            return bytes(kept.read())
    if artifact.size_bytes > MAX_PREVIEW_SOURCE:
        return None
    with services.open_bytes(artifact) as content:
        data = content.read()
    for render in _renderers:
        if png := render(data, artifact.content_type):
            storage.save(key, ContentFile(png))
            return png
    return None
