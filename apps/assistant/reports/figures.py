"""Key figures of the assistant itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from apps.assistant.choices import FINAL, RunStatus
from apps.assistant.models import Run
from apps.core.figures import figure
from apps.core.periods import Period
from apps.core.reporting.daily import daily, total
from apps.core.reporting.links import Condition, during, rows_link
from apps.core.reporting.numbers import percent

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class Ended:
    """Runs that ended in one period: all of them, and by how."""

    runs: int
    completed: int
    failed: int


def _ended(periods: Sequence[Period], user: User) -> list[Ended]:  # noqa: ARG001
    """Of the runs of all agents, whoever asks."""
    days = daily(
        Run.objects.filter(status__in=FINAL),
        "finished_at",
        periods,
        runs=Count("pk"),
        completed=Count("pk", filter=Q(status=RunStatus.COMPLETED)),
        failed=Count("pk", filter=Q(status=RunStatus.FAILED)),
    )
    return [
        Ended(*(total(days.during(period), name) for name in ("runs", "completed", "failed")))
        for period in periods
    ]


def _rows(period: Period, user: User, conditions: dict[str, Condition]) -> str:
    """The runs of the whole house are counted, so only those who may see all of them can open them."""
    if not user.has_perm("assistant.view_all_runs"):
        return ""
    return rows_link(Run, conditions | during("finished_at", period))


def _completed_rows(period: Period, user: User) -> str:
    return _rows(period, user, {"status__exact": RunStatus.COMPLETED.value})


def _failed_rows(period: Period, user: User) -> str:
    return _rows(period, user, {"status__exact": RunStatus.FAILED.value})


@figure(
    key="assistant.runs",
    read=_ended,
    label="Jobs done by agents",
    unit="count",
    department="management",
    series=True,
    rows_url=_completed_rows,
)
def runs_completed(ended: Ended) -> int:
    """Runs of all agents that were completed in the period."""
    return ended.completed


@figure(
    key="assistant.failures",
    read=_ended,
    label="Agent failures",
    unit="percent",
    department="management",
    better="down",
    rows_url=_failed_rows,
)
def failure_rate(ended: Ended) -> Decimal:
    """Share of the finished runs that failed."""
    return percent(ended.failed, ended.runs) or Decimal(0)
