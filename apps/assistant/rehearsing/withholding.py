"""What is left of a rehearsal for somebody who may no longer read the documents that it quoted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from apps.assistant.rehearsing.reading import ShownRow

#: What says that something was done, and nothing of what was said in doing it.
_EFFECT = ("step", "tool", "risk", "asked", "external", "ok")
_STEP = ("key", "kind", "name", "status", "seconds", "untrusted")


def bare_effects(effects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each effect without words: previews and arguments may hold the quote, or say it in other words."""
    return [_only(effect, _EFFECT) for effect in effects]


def bare_steps(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each step without its summary, its error and the names of its files."""
    return [_only(step, _STEP) for step in steps]


def bare_rows(rows: Iterable[ShownRow]) -> list[ShownRow]:
    """Each row that would have changed without its name and values."""
    return [replace(row, label=_("not for you to see"), url="", fields=(), hidden=True) for row in rows]


def _only(item: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: item[name] for name in names if name in item}
