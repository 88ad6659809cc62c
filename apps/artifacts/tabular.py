"""The first rows of tables, for the page and the chat that show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.artifacts import services
from apps.artifacts.models import Artifact

MAX_ROWS = 50
MAX_SOURCE = 20 * 1024 * 1024


@dataclass(frozen=True)
class Rows:
    """The beginning of a table as text; `more`: it goes on."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: bool


Reader = Callable[[bytes, str], Rows | None]

_readers: list[Reader] = []


def reader(function: Reader) -> Reader:
    """Register `function(content, content_type) -> Rows or None`; apps above know how tables are written."""
    _readers.append(function)
    return function


def first_rows(artifact: Artifact) -> Rows | None:
    """None for what is no table, is too large, or cannot be read."""
    if artifact.size_bytes > MAX_SOURCE or artifact.kind not in ("csv", "xlsx"):
        return None
    with services.open_bytes(artifact) as stream:
        content = stream.read()
    return next((rows for read in _readers if (rows := read(content, artifact.content_type))), None)
