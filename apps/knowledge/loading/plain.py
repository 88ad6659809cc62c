"""YAML and JSON files whose shape nobody declared: a section per top-level key, as `name: value` lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.knowledge.loading.source import Outline, Section

_MAX_DEPTH = 6


def sections(data: Any) -> tuple[Section, ...]:
    """Every value with the names that lead to it."""
    outline = Outline()
    named = data if isinstance(data, dict) else {"entries": data}
    for key, value in named.items():
        outline.add(_words(key), *_lines(value, ""))
    return outline.sections()


def _lines(value: Any, name: str, depth: int = 0) -> Iterator[str]:
    if depth > _MAX_DEPTH or value is None:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name}, {_words(key)}" if name else _words(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, name, depth + 1)
    else:
        yield f"{name}: {value}" if name else str(value)


def _words(key: Any) -> str:
    return str(key).replace("_", " ").capitalize()
