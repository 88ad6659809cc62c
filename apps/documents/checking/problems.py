"""A fault of a template, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """`line` is 0 where there are no lines; `name` is the placeholder. `blocks`: it cannot be published."""

    message: str
    line: int = 0
    name: str = ""
    blocks: bool = True

    def __str__(self) -> str:
        if not self.line:
            return self.message
        return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that forbid publishing."""
    return [problem for problem in problems if problem.blocks]


def missing(required: Iterable[str], used: Iterable[str]) -> list[Problem]:
    """A fault for each required placeholder that does not occur."""
    return [
        Problem(
            _("The placeholder {{ %(name)s }} is required and does not occur.") % {"name": name}, name=name
        )
        for name in sorted(set(required) - set(used))
    ]


def unknown(name: str, known: Iterable[str], line: int = 0) -> Problem:
    """A placeholder that the data does not have; blocks, and names the nearest one."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    hint = _(" Did you mean “%(near)s”?") % {"near": near[0]} if near else ""
    text = _("There is no placeholder “%(name)s”.%(hint)s") % {"name": name, "hint": hint}
    return Problem(text, line=line, name=name)
