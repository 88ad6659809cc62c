"""Tables that were loaded and may be asked again: one question about a file is several calls of tools.

Kept in the memory of the process, by the content of the file. Who may ask is decided before, on the artifact,
for each call anew: a table that is kept opens no file to anybody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from apps.analysis.errors import TooMuchData
from apps.analysis.loading import Loaded

#: Memory of all tables that one process keeps.
BYTES = 256 * 1024 * 1024
#: A table that nobody asked for so long is let go at the next question.
IDLE_SECONDS = 600.0


@dataclass
class _Kept:
    """A table. `asked_for` are the sheets by which it was asked for ("" is the first one of a workbook)."""

    sha256: str
    asked_for: set[str]
    table: Loaded
    size: int
    used_at: float
    lock: threading.Lock = field(default_factory=threading.Lock)


class Shelf:
    """The tables last used, up to `limit` bytes. Safe for threads: each table answers one question at a time.

    A table that is let go stays open until the last who is asking it has an answer; its memory goes with it.
    """

    def __init__(self, *, limit: int = BYTES, idle: float = IDLE_SECONDS) -> None:
        self._limit, self._idle = limit, idle
        self._kept: list[_Kept] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrowed(self, sha256: str, sheet: str, load: Callable[[], Loaded]) -> Iterator[Loaded]:
        """The table of that content, loaded if it is not here. One that failed under a question is let go."""
        one = self._find(sha256, sheet) or self._put(sha256, sheet, load())
        with one.lock:
            try:
                yield one.table
            except TooMuchData:
                self._let_go(one)
                raise

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._kept.clear()

    def _find(self, sha256: str, sheet: str) -> _Kept | None:
        now = time.monotonic()
        with self._lock:
            self._kept = [one for one in self._kept if now - one.used_at < self._idle]
            for one in self._kept:
                if one.sha256 == sha256 and sheet in one.asked_for:
                    one.used_at = now
                    return one
        return None

    def _put(self, sha256: str, sheet: str, table: Loaded) -> _Kept:
        names = {sheet, table.sheet} if table.sheet else {sheet}
        one = _Kept(sha256, names, table, table.sandbox.size(), time.monotonic())
        with self._lock:
            # Two may have loaded it at once: the later one stays.
            others = [kept for kept in self._kept if kept.sha256 != sha256 or not kept.asked_for & names]
            self._kept = [*others, one]
            self._kept.sort(key=lambda other: other.used_at)
            while self._kept and sum(other.size for other in self._kept) > self._limit:
                self._kept.pop(0)
        return one

    def _let_go(self, one: _Kept) -> None:
        with self._lock:
            self._kept = [other for other in self._kept if other is not one]


shelf = Shelf()
