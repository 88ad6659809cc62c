"""What a worksheet's own XML says and its values do not: merged headings, formulas without a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from openpyxl.utils import column_index_from_string

from apps.perception.headers import looks_like_data

_CHUNK = 256 * 1024
#: Formulas are looked for in the beginning only, merged cells to the end: they stand behind all rows.
_BEGINNING = 4 * 1024 * 1024
_MOST = 256 * 1024 * 1024
_MOST_MERGES = 2_000
_OVERLAP = 128
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_EMPTY_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]{0,80}><f(?:[^<>]{0,200}/>|[^<>]{0,200}>[^<]{0,8192}</f>)'
    rb"(?:<v ?/>|<v></v>)?</c>"
)


class Merge(NamedTuple):
    """Cells that are joined: rows as a spreadsheet counts them, columns from 0, ends included."""

    top: int
    bottom: int
    left: int
    right: int


def merges(part: IO[bytes], *, last_row: int) -> list[Merge]:
    """The joined cells that begin in one of the first rows; none when the sheet is too large to be looked
    through.
    """
    found: list[Merge] = []
    tail = b""
    for chunk in _chunks(part, _MOST):
        text = tail + chunk
        end = 0
        for match in _MERGE.finditer(text):
            end = match.end()
            if int(match[2]) <= last_row and len(found) < _MOST_MERGES:
                left, right = (column_index_from_string(name.decode()) - 1 for name in (match[1], match[3]))
                found.append(Merge(int(match[2]), int(match[4]), left, right))
        tail = text[max(end, len(text) - _OVERLAP) :]
    return found


def valueless(part: IO[bytes], *, below: int) -> list[int]:
    """Columns, from 0, with formulas below that row whose values the file does not carry."""
    text = b"".join(_chunks(part, _BEGINNING))
    names = {match[1] for match in _EMPTY_FORMULA.finditer(text) if int(match[2]) > below}
    return sorted(column_index_from_string(name.decode()) - 1 for name in names)


def _chunks(part: IO[bytes], most: int) -> Iterator[bytes]:
    read = 0
    while read < most and (chunk := part.read(_CHUNK)):
        read += len(chunk)
        yield chunk


def joined_headings(
    number: int, upper: Sequence[str], lower: Sequence[str], found: Sequence[Merge]
) -> tuple[str, ...] | None:
    """The headings of two rows as one, “Q1 / Revenue”; None where they are not surely two rows of headings.

    `number` is that of the upper row. It is one of headings where a joined cell of it stands over two columns
    or more, though not over all, and each of these has a heading of its own below.
    """
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    wide = [
        part
        for part in found
        if (part.top, part.bottom) == (number, number) and part.left < part.right < width
    ]
    over = [place for part in wide for place in range(part.left, part.right + 1)]
    is_sure = bool(over) and len(over) < width and all(below[place] for place in over)
    if not is_sure or looks_like_data(below):
        return None
    for part in wide:
        above[part.left : part.right + 1] = [above[part.left]] * (part.right + 1 - part.left)
    return tuple(
        " / ".join(" ".join(name.split()) for name in (first, second) if name)
        for first, second in zip(above, below, strict=True)
    )
