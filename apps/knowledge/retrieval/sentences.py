"""Cutting a passage into sentences without losing where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A full stop within a figure, an address or an abbreviation is not followed by space and a capital.
_END = re.compile(r"[.!?][”\"')\]]*(?=\s+[\"'“(\[]?[^\W_a-z])|\n")


@dataclass(frozen=True)
class Span:
    """`text[start:end]` of a passage."""

    start: int
    end: int


def spans(text: str) -> list[Span]:
    """The sentences and lines of `text`, in order, without surrounding space."""
    ends = [match.end() for match in _END.finditer(text)] + [len(text)]
    starts = [0, *ends]
    return [
        span for start, end in zip(starts, ends, strict=False) if (span := _trimmed(text, start, end)) is not None
    ]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    words = piece.strip()
    if not words:
        return None
    first = start + len(piece) - len(piece.lstrip())
    return Span(first, first + len(words))
