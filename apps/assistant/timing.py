"""How long a run worked, and how long it waited for people: two different things to whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.assistant.models import Approval, Run

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Clock:
    """The time of a run from `start` to `end`. In `pauses`, in order and apart, it waited for a person."""

    start: datetime
    end: datetime
    pauses: tuple[Span, ...] = ()

    @property
    def worked(self) -> float:
        """Seconds of work."""
        return self.between(self.start, self.end)

    @property
    def waited(self) -> float:
        """Seconds of waiting."""
        return (self.end - self.start).total_seconds() - self.worked

    def between(self, begin: datetime, end: datetime) -> float:
        """Seconds of work between two moments."""
        paused = (min(over, end) - max(asked, begin) for asked, over in self.pauses)
        waited = sum(max(pause.total_seconds(), 0.0) for pause in paused)
        return max((end - begin).total_seconds() - waited, 0.0)


def clock_of(run: Run, approvals: Iterable[Approval]) -> Clock:
    """The clock of a run with those approvals; of one that is not over, up to now."""
    start, end = run.started_at or run.created_at, run.finished_at or timezone.now()
    asked = ((max(one.created_at, start), min(one.decided_at or end, end)) for one in approvals)
    return Clock(start, max(start, end), tuple(_apart(sorted(span for span in asked if span[0] < span[1]))))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps."""
    found: list[Span] = []
    for begin, end in spans:
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return found
