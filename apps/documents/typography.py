"""Measuring text without a font file: how wide a line is and where it breaks.

Widths are those of DejaVu Sans (`advances.json`, in ems), the widest of the faces that a reader's machine may
put in place of Arial or Inter. So what fits here fits there. Chinese, Japanese and Korean letters are one em.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_UNKNOWN = 0.8
_ELLIPSIS = "…"


@cache
def _advances(weight: str) -> dict[str, float]:
    data = json.loads(Path(__file__).with_name("advances.json").read_text(encoding="utf-8"))
    return {chr(int(code)): em for code, em in data[weight].items()}


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line in points at `size` points."""
    return _ems(text, bold) * size


@cache
def _advance(letter: str, bold: bool) -> float:
    """In ems."""
    if unicodedata.combining(letter):
        return 0.0
    known = _advances("bold" if bold else "regular").get(letter)
    if known is not None:
        return known
    return 1.0 if _is_wide(letter) else _UNKNOWN


def wrap(text: str, limit: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `limit` points, broken at spaces, between wide letters, or else anywhere."""
    room = limit / size
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, room, bold)]


def _wrap_paragraph(text: str, room: float, bold: bool) -> Iterator[str]:
    """`room` is the width of a line in ems. Blanks at the end of a line take none of it."""
    line, used = "", 0.0
    for piece in _pieces(text):
        if line and used + _ems(piece.rstrip(), bold) > room:
            yield line.rstrip()
            line, used = "", 0.0
        *full, rest = _cut(piece if line else piece.lstrip(), room, bold)
        yield from full
        line += rest
        used += _ems(rest, bold)
    yield line.rstrip()


def _cut(piece: str, room: float, bold: bool) -> list[str]:
    """A piece too wide for any line in parts that fill a line each; the last may have blanks at its end."""
    parts: list[str] = []
    while (cut := _longest_prefix(piece, room, bold)) < len(piece.rstrip()):
        parts.append(piece[:cut])
        piece = piece[cut:]
    return [*parts, piece]


def _ems(text: str, bold: bool) -> float:
    return sum(_advance(letter, bold) for letter in text)


def _pieces(text: str) -> Iterator[str]:
    """The text cut at every place where a line may break; joined, they give the text back."""
    piece = ""
    for letter in text:
        if (piece and (piece[-1] == " " and letter != " ")) or (piece and _breaks_before(piece[-1], letter)):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def _breaks_before(previous: str, letter: str) -> bool:
    if not (_is_wide(previous) or _is_wide(letter)) or letter == " ":
        return False
    # Closing punctuation never starts a line, opening punctuation never ends one.
    return unicodedata.category(letter) not in {"Pe", "Pf", "Po"} and unicodedata.category(previous) != "Ps"


def _longest_prefix(text: str, room: float, bold: bool) -> int:
    """How many letters fit into `room` ems; at least one."""
    used = 0.0
    for count, letter in enumerate(text):
        used += _advance(letter, bold)
        if used > room:
            return max(count, 1)
    return len(text)


def shorten(text: str, limit: float, size: float, *, bold: bool = False) -> str:
    """One line no wider than `limit` points; what is cut off is shown by an ellipsis."""
    text = " ".join(text.split())
    room = limit / size
    if _longest_prefix(text, room, bold) == len(text):
        return text
    kept = text[: _longest_prefix(text, room - _advance(_ELLIPSIS, bold), bold)]
    return kept.rstrip() + _ELLIPSIS


@dataclass(frozen=True)
class Fitted:
    """Text that fits its box at `size` points; `lines` counts its lines, `text` may be shortened."""

    text: str
    size: float
    lines: int


def fit(text: str, limit: float, max_lines: int, sizes: tuple[float, ...], *, bold: bool = False) -> Fitted:
    """At the largest of `sizes` (falling) that needs at most `max_lines`; shortened at the smallest."""
    for size in sizes:
        lines = wrap(text, limit, size, bold=bold)
        if len(lines) <= max_lines:
            return Fitted(text, size, len(lines))
    size = sizes[-1]
    lines = wrap(text, limit, size, bold=bold)
    last = shorten(" ".join(lines[max_lines - 1 :]), limit, size, bold=bold)
    if not last.endswith(_ELLIPSIS):
        last = shorten(last + " " + "…" * 3, limit, size, bold=bold)
    # The cut lines are set as they were measured, so that a renderer does not flow them anew into one more.
    return Fitted("\n".join([*lines[: max_lines - 1], last]), size, max_lines)
