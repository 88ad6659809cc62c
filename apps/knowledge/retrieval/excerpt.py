"""The words of a passage that answer best, exactly as they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: A passage of up to this many characters is quoted whole.
SHORT = 500
MAX_SENTENCES = 3
#: A neighbour joins the best sentence if it scores at least this share of the best.
_NEARLY = 0.75
# A full stop in a figure or an address is not followed by a space and a capital, digit or quotation mark.
_END = re.compile(r"[.!?][”\"')\]]*(?=\s+[\"'“(\[]?[^\W_a-z])|\n")


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]` of a passage: a sentence, or a line of a list or table."""

    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """The sentences and lines of `text`, in order, without the space around them."""
    ends = [match.end() for match in _END.finditer(text)]
    pieces = zip([0, *ends], [*ends, len(text)], strict=True)
    trimmed = (_trimmed(text, start, end) for start, end in pieces)
    return [sentence for sentence in trimmed if sentence.start < sentence.end]


def _trimmed(text: str, start: int, end: int) -> Sentence:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return Sentence(first, max(first, start + len(piece.rstrip())))


def beginning(text: str, parts: Sequence[Sentence]) -> str:
    """The first sentences, which say what the passage is about."""
    return text[parts[0].start : parts[: MAX_SENTENCES - 1][-1].end]


def best_stretch(text: str, parts: Sequence[Sentence], scores: Sequence[float]) -> str:
    """One to three neighbouring sentences around the best one; `scores` says how well each part answers.

    A sentence that announces something with a colon brings the next one.
    """
    best = max(range(len(parts)), key=scores.__getitem__)
    wanted = [score >= _NEARLY * scores[best] for score in scores]
    first = last = best
    while last - first + 1 < MAX_SENTENCES:
        is_announcing = text[parts[last].end - 1] == ":"
        if last + 1 < len(parts) and (wanted[last + 1] or is_announcing):
            last += 1
        elif first > 0 and wanted[first - 1]:
            first -= 1
        else:
            break
    return text[parts[first].start : parts[last].end]
