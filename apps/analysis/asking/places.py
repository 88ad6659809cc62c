"""Places of a text, asked many times whether they cover another: a look-up, not a search through all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

Place = tuple[int, int]


class Places:
    """Spans of a text: first letter, and the one behind the last."""

    def __init__(self, spans: Iterable[Place]) -> None:
        """In any order, also one within another."""
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(accumulate((end for _, end in ordered), max))

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them shares a letter with that place."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._furthest[before - 1] > start

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them covers all of that place."""
        before = bisect_right(self._starts, start)
        return before > 0 and self._furthest[before - 1] >= end
