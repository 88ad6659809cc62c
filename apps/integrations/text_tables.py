"""Tables of Markdown as columns of plain text, for the half of a mail that has no tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

_RULE = re.compile(r"\|(?: {0,3}:?-{2,}:? {0,3}\|)+")
_BORDER = re.compile(r"(?<!\\)\|")
_GAP = "   "


def aligned(text: str) -> str:
    """`text` with each table as lines of words in columns; all else stays as it is."""
    blocks = groupby(text.split("\n"), key=lambda line: line.startswith("|") and line.rstrip().endswith("|"))
    lines: list[str] = []
    for is_table, found in blocks:
        block = list(found)
        lines += _columns(block) if is_table and _is_ruled(block) else block
    return "\n".join(lines)


def _is_ruled(block: Sequence[str]) -> bool:
    return len(block) > 1 and _RULE.fullmatch(block[1].strip()) is not None


def _columns(block: Sequence[str]) -> Iterator[str]:
    heading, rule, *rest = map(_cells, block)
    rows = [row for row in [heading, *rest] if any(row)]
    count = max(map(len, rows), default=0)
    widths = [max(_width(row[at]) for row in rows if at < len(row)) for at in range(count)]
    for row in rows:
        cells = [_padded(cell, width, mark) for cell, width, mark in zip(row, widths, rule, strict=False)]
        yield _GAP.join(cells).rstrip()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BORDER.split(line.strip())[1:-1]]


def _padded(cell: str, width: int, mark: str) -> str:
    blanks = " " * (width - _width(cell))
    return blanks + cell if mark.endswith(":") else cell + blanks


def _width(cell: str) -> int:
    """In columns of a terminal: a Chinese letter takes two; marks that will go take none."""
    shown = cell.replace("**", "").replace("\\", "")
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in shown)
