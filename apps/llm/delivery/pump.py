"""Read a stream in a thread of its own, so that the reader is never stuck in it."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from apps.llm.errors import Cancelled, Failure, ProviderError

T = TypeVar("T")

#: How often a reader that waits looks up, in seconds; a run promises to stop within one.
TICK = 0.1


class _End:
    """Put after the last item."""


class Pump(Generic[T]):
    """Iterates `source` elsewhere and hands the items over.

    Every `TICK` it asks `cancelled()` (raises Cancelled) and `expired()` (raises ProviderError, timed out),
    and it calls `on_idle()` before each wait. A socket read cannot be interrupted from outside; a thread can
    be left behind: it ends the request at the next event, or at the read time-out.
    """

    def __init__(
        self,
        source: Callable[[], Iterator[T]],
        *,
        expired: Callable[[], bool],
        cancelled: Callable[[], bool],
        on_idle: Callable[[], None],
    ) -> None:
        self._source = source
        self._expired = expired
        self._cancelled = cancelled
        self._on_idle = on_idle
        self._items: SimpleQueue[T | BaseException | _End] = SimpleQueue()
        self._abandoned = threading.Event()
        self._looked_up = 0.0

    def __iter__(self) -> Iterator[T]:
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._run,), name="llm-stream", daemon=True).start()
        try:
            while not isinstance(item := self._next(), _End):
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self._abandoned.set()

    def _next(self) -> T | BaseException | _End:
        self._look_up()
        try:
            return self._items.get_nowait()
        except Empty:
            self._on_idle()
        while True:
            try:
                return self._items.get(timeout=TICK)
            except Empty:
                self._look_up()

    def _look_up(self) -> None:
        now = time.monotonic()
        if now - self._looked_up < TICK:
            return
        self._looked_up = now
        if self._cancelled():
            raise Cancelled
        if self._expired():
            raise ProviderError(Failure.TIMED_OUT, "The answer took longer than one answer may take.")

    def _run(self) -> None:
        try:
            stream = self._source()
            for item in stream:
                if self._abandoned.is_set():
                    break
                self._items.put(item)
        except BaseException as error:
            self._items.put(error)
        finally:
            self._items.put(_End())
