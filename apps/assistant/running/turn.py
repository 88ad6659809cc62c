"""One execution of a run in one worker: its claim, its stream, its finished steps."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextvars import copy_context
from datetime import datetime
from functools import cached_property
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import Agent
from apps.assistant.approving.policies import policies_of
from apps.assistant.choices import StepStatus
from apps.assistant.errors import LeaseLost, LimitReached
from apps.assistant.events import RunStream
from apps.assistant.leases import Lease
from apps.assistant.models import Run, RunEvent, RunStep, ToolPolicy
from apps.assistant.skillkit import Citation
from apps.core.db import release_connection, returned_afterwards

P = ParamSpec("P")
T = TypeVar("T")
Decision = tuple[str, Any]

TICK_SECONDS = 0.05
#: Steps that are carried out (again) when the run is executed again.
UNFINISHED = (StepStatus.RUNNING, StepStatus.CANCELLED, StepStatus.FAILED)
pool = ThreadPoolExecutor(max_workers=64, thread_name_prefix="tool")


class Turn:
    """What the parts of the run loop share. Not thread-safe: it belongs to the run's own thread."""

    def __init__(self, run: Run, lease: Lease, stream: RunStream | None = None) -> None:
        self.run = run
        self.lease = lease
        self.stream = stream or RunStream(run)
        self.agent: Agent
        self.mode = "offline"
        self.citations: list[Citation] = []
        self.status_lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._steps = {step.key: step for step in run.steps.all()} if lease.epoch > 1 else {}
        self._count = 0
        self._announced = set(self._already_announced()) if lease.epoch > 1 else set()

    @property
    def user(self) -> User:
        """The person it works for."""
        return self.run.user

    @cached_property
    def policies(self) -> Sequence[ToolPolicy]:
        """The rules for tools that hold for the person, as they were when this execution first asked."""
        return policies_of(self.user)

    @property
    def attachments(self) -> Sequence[Artifact]:
        """Files of the message that are still there and visible."""
        wanted = self.run.message.attachments.values_list("artifact_id", flat=True)
        return list(Artifact.objects.visible_to(self.user).filter(pk__in=wanted).order_by("created_at"))

    @property
    def started_at(self) -> datetime:
        """When the run began: the clock for everything deterministic."""
        return self.run.started_at or timezone.now()

    def begin(
        self,
        *,
        key: str,
        kind: str,
        name: str,
        summary: str = "",
        arguments: Mapping[str, Any] | None = None,
        parent: RunStep | None = None,
    ) -> RunStep:
        """The row of a step, written before it starts; a finished one from an earlier execution as it is.

        Raises `LimitReached` when the run has used up its steps.
        """
        self._count += 1
        if self._count > settings.ASSISTANT["MAX_STEPS"]:
            raise LimitReached(
                f"This needed more than {settings.ASSISTANT['MAX_STEPS']} steps, so I stopped."
            )
        self.lease.check()
        step = self._steps.get(key)
        if step is None:
            step = self._write(
                key=key, parent=parent, kind=kind, name=name, summary=summary[:300],
                arguments=dict(arguments or {}), started_at=timezone.now(),
            )  # fmt: skip
        elif step.status in UNFINISHED:
            self._begin_again(step)
        return step

    def _begin_again(self, step: RunStep) -> None:
        """Take over a step that did not end well. Raises `LeaseLost` when a newer claim has it already."""
        now = timezone.now()
        step.lease_epoch, step.status, step.started_at = self.lease.epoch, StepStatus.RUNNING, now
        older = RunStep.objects.filter(pk=step.pk, lease_epoch__lte=self.lease.epoch, status__in=UNFINISHED)
        taken = older.update(
            lease_epoch=step.lease_epoch, status=step.status, started_at=step.started_at, updated_at=now
        )
        if not taken:
            raise LeaseLost(self.run.pk)

    def decide(self, *, key: str, kind: str, name: str, choose: Callable[[], Decision]) -> Any:
        """The result of a step that has no effect and takes no time: chosen once, then read from its row."""
        known = self._steps.get(key)
        if known is not None:
            return known.result
        begun = timezone.now()
        summary, result = choose()
        self._count += 1
        step = self._write(
            key=key, kind=kind, name=name, summary=summary[:300], result=result, status=StepStatus.DONE,
            started_at=begun, finished_at=timezone.now(),
        )  # fmt: skip
        return step.result

    def _write(self, *, key: str, **fields: Any) -> RunStep:
        """The new row of a step, or the one that another worker wrote since this execution began.

        A worker that was frozen for a whole lease may still write a row before it notices; whoever holds the
        newer claim takes it over. Raises `LeaseLost` for the other.
        """
        try:
            step = RunStep.objects.create(run=self.run, key=key, lease_epoch=self.lease.epoch, **fields)
        except IntegrityError:
            step = RunStep.objects.get(run=self.run, key=key)
            if step.lease_epoch > self.lease.epoch:
                raise LeaseLost(self.run.pk) from None
            if step.status in UNFINISHED:
                self._begin_again(step)
        self._steps[key] = step
        return step

    def finish(
        self, step: RunStep, *, result: Any = None, status: str = StepStatus.DONE, **fields: Any
    ) -> None:
        """Complete a step that had no transaction of its own, behind the fence."""
        step.result, step.status, step.finished_at = result, status, timezone.now()
        for name, value in fields.items():
            setattr(step, name, value)
        with transaction.atomic():
            self.lease.fence()
            step.save()

    def announce(self, kind: str, step: RunStep, **payload: Any) -> None:
        """An event about a step, once, also when the run is executed again."""
        if (kind, step.key, payload.get("artifact", {}).get("id")) not in self._announced:
            self.stream.emit(kind, step=step.key, **payload)

    def is_announced(self, kind: str) -> bool:
        """Whether an earlier execution sent an event of this kind."""
        return any(known == kind for known, _, _ in self._announced)

    def status(self, message: str) -> None:
        """A live line."""
        self.stream.emit("status", message=message)

    def in_thread(self, function: Callable[[], T]) -> Future[T]:
        """Run `function` in the pool, with this thread's context and a database connection of its own."""
        context = copy_context()

        def work() -> T:
            with returned_afterwards():
                return context.run(function)

        return pool.submit(work)

    def outside(self, asking: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
        """`asking` as it has to be called here so that it takes no part in a transaction of this turn."""
        return asking

    def wait(self, future: Future[T], *, timeout: float, what: str) -> T:
        """The future's value. Sends text and live lines meanwhile, and stops within a moment when told to."""
        release_connection()
        limit = time.monotonic() + timeout
        while True:
            try:
                value = future.result(timeout=TICK_SECONDS)
            except FutureTimeout:
                self.pulse()
                if time.monotonic() > limit:
                    raise LimitReached(
                        f"{what} took longer than {timeout:.0f} seconds, so I stopped."
                    ) from None
            else:
                self._say_status()
                return value

    def pulse(self) -> None:
        """What must happen while waiting: raise if the run should stop, send what is due."""
        self.lease.check()
        self.stream.tick()
        self._say_status()

    def _say_status(self) -> None:
        while True:
            try:
                self.status(self.status_lines.get_nowait())
            except queue.Empty:
                return

    def _already_announced(self) -> list[tuple[str, str | None, str | None]]:
        rows = RunEvent.objects.filter(run=self.run).exclude(type="text.delta").values_list("type", "payload")
        return [(kind, body.get("step"), (body.get("artifact") or {}).get("id")) for kind, body in rows]
