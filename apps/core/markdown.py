"""Writing Markdown: tables and texts whose content cannot break out of its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

Align = Literal["left", "right"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def escape(text: str, limit: int = 200) -> str:
    """Foreign text on one line that shows as it is written, cut at `limit` characters."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return _SPECIAL.sub(r"\\\1", line)


def table(columns: Sequence[tuple[str, Align]], rows: Iterable[Sequence[str]]) -> str:
    """A table; headings and cells are Markdown already. An empty cell shows a dash."""
    lines = [
        _line([heading for heading, _ in columns]),
        _line(["--:" if align == "right" else "---" for _, align in columns]),
    ]
    lines.extend(_line([cell or "–" for cell in row]) for row in rows)
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
