"""How patient we are."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Pause before the second request, in seconds; doubles with each further one.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, replaceable in tests."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


CLOCK = Clock()


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of one answer; seconds where it is time."""

    attempts: int
    patience: float
    deadline: float
    clock: Clock

    @classmethod
    def from_settings(cls, configured: dict[str, Any]) -> Policy:
        """As `settings.LLM` says."""
        return cls(configured["ATTEMPTS"], configured["PATIENCE"], configured["DEADLINE"], CLOCK)

    def pause(self, failures: int, retry_after: float | None) -> float:
        """Seconds to wait after the n-th failure in a row: exponential with jitter, never less than asked
        for.

        The jitter keeps 64 runs that failed together from coming back together.
        """
        backoff: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (failures - 1))
        return max(retry_after or 0.0, backoff * (0.5 + self.clock.jitter() / 2))
