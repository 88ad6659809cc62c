"""Key figures of the assistant itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from apps.assistant.choices import FINAL, RunStatus
from apps.assistant.models import Run
from apps.core.figures import figure
from apps.core.periods import Period
from apps.core.reporting.links import Condition, during, rows_link
from apps.core.reporting.numbers import percent

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User


def _finished(period: Period) -> QuerySet[Run]:
    return Run.objects.filter(
        finished_at__gte=period.starts_at, finished_at__lt=period.ends_at, status__in=FINAL
    )


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
    label="Jobs done by agents",
    unit="count",
    department="management",
    series=True,
    rows_url=_completed_rows,
)
def runs_completed(period: Period, user: User) -> int:  # noqa: ARG001
    """Runs of all agents that were completed in the period."""
    return _finished(period).filter(status=RunStatus.COMPLETED).count()


@figure(
    key="assistant.failures",
    label="Agent failures",
    unit="percent",
    department="management",
    better="down",
    rows_url=_failed_rows,
)
def failure_rate(period: Period, user: User) -> Decimal:  # noqa: ARG001
    """Share of the finished runs that failed."""
    finished = _finished(period).count()
    failed = _finished(period).filter(status=RunStatus.FAILED).count()
    return percent(failed, finished) or Decimal(0)
