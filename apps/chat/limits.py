"""How much one socket may say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

WINDOW = 10.0
"""Seconds."""


class Allowance:
    """At most `frames` within any ten seconds."""

    def __init__(self, frames: int, clock: Callable[[], float] = monotonic) -> None:
        self._frames = frames
        self._clock = clock
        self._seen: deque[float] = deque()

    def spend(self) -> bool:
        """Count one; false when that is one too many."""
        now = self._clock()
        while self._seen and now - self._seen[0] >= WINDOW:
            self._seen.popleft()
        self._seen.append(now)
        return len(self._seen) <= self._frames


class Allowances:
    """What a socket may send in ten seconds: turns, sound and pictures, everything else, and nonsense."""

    def __init__(self) -> None:
        self.turns = Allowance(30)
        self.media = Allowance(800)
        self.other = Allowance(120)
        self.nonsense = Allowance(10)
