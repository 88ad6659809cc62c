"""A turn on a stage: the real run loop, but quiet, in one thread and on one connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from apps.accounts.models import User
from apps.assistant.errors import LimitReached, RunInterrupted
from apps.assistant.events import RunStream
from apps.assistant.leases import Lease
from apps.assistant.models import Run
from apps.assistant.running.turn import Turn, pool
from apps.core.db import returned_afterwards

P = ParamSpec("P")
T = TypeVar("T")


class GivesWay(RunInterrupted):
    """Somebody who really works waits for rows that a rehearsal holds."""


@dataclass
class StageLease(Lease):
    """The claim of a rehearsal. Nobody can take it over; it ends by time, or when somebody waits for us."""

    waited_for: bool = False

    def check(self) -> None:
        """Raise `GivesWay` or `LimitReached`."""
        if self.waited_for:
            raise GivesWay(
                "Somebody was waiting for a row that this rehearsal held, so it stopped. Please try again."
            )
        if time.monotonic() > self.deadline:
            raise LimitReached("The rehearsal took too long, so it stopped.")

    def give_way(self) -> None:
        """Stop at the next occasion; a model in the middle of its answer is hung up on."""
        self.waited_for = self.cancelled = True


class QuietStream(RunStream):
    """The growing text of a run that nobody watches: nothing is sent and nothing is kept."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.shown = ""
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        """What was written so far."""
        return "".join(self._parts)

    @property
    def unseen_kept_text(self) -> str:
        """A rehearsal begins from nothing."""
        return ""

    def write(self, chunk: str) -> None:
        """Append to the run's text."""
        if chunk:
            self._parts.append(chunk)

    def tick(self) -> None:
        """There is nobody to send to."""

    def flush(self) -> None:
        """There is nobody to send to."""

    def emit(self, kind: str, **payload: Any) -> None:
        """There is nobody to tell."""


class _Performed(Future[T]):
    """Work that was done before anybody could wait for it."""

    seconds = 0.0


class StageTurn(Turn):
    """Tools run one after the other in this thread, inside the transaction that will be rolled back."""

    def __init__(self, run: Run, lease: StageLease) -> None:
        super().__init__(run, lease, QuietStream(run))

    def in_thread(self, function: Callable[[], T]) -> Future[T]:
        """Run `function` here and now."""
        done: _Performed[T] = _Performed()
        begun = time.monotonic()
        try:
            done.set_result(function())
        except Exception as error:
            done.set_exception(error)
        done.seconds = time.monotonic() - begun
        return done

    def wait(self, future: Future[T], *, timeout: float, what: str) -> T:
        """What came of it; one that took too long is refused afterwards, as the real loop does meanwhile."""
        if isinstance(future, _Performed) and future.seconds > timeout:
            raise LimitReached(f"{what} took longer than {timeout:.0f} seconds, so I stopped.")
        return super().wait(future, timeout=timeout, what=what)

    def outside(self, asking: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
        """In a thread with a connection of its own: what a model costs is spent, also by a rehearsal.

        Its rows and the budget are so written for good, and no budget is locked while the rehearsal lasts.
        """

        def ask(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
            kwargs["purpose"] = "rehearsal"

            def begin() -> Iterator[T]:
                kwargs["user"] = _committed(kwargs.get("user"))
                return asking(*args, **kwargs)

            return _beside(begin)

        return ask


_END = object()


@dataclass(frozen=True)
class _Raised:
    error: BaseException


def _beside(begin: Callable[[], Iterator[T]]) -> Iterator[T]:
    """The values of an iterator that another thread goes through."""
    values: SimpleQueue[Any] = SimpleQueue()

    def work() -> None:
        try:
            with returned_afterwards():
                for value in begin():
                    values.put(value)
        except BaseException as error:
            values.put(_Raised(error))
        else:
            values.put(_END)

    pool.submit(copy_context().run, work)
    while (value := values.get()) is not _END:
        if isinstance(value, _Raised):
            raise value.error
        yield value


def _committed(user: Any) -> User | None:
    """The user, unless only our own transaction knows of them: then nobody's budget is asked."""
    return user if user and User.objects.filter(pk=user.pk).exists() else None
