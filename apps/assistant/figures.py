"""Key figures of the assistant itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from apps.assistant.choices import FINAL, RunStatus
from apps.assistant.models import Run
from apps.core.figures import figure
from apps.core.periods import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User


def _finished(period: Period) -> QuerySet[Run]:
    return Run.objects.filter(
        finished_at__gte=period.starts_at, finished_at__lt=period.ends_at, status__in=FINAL
    )


@figure(key="assistant.runs", label="Jobs done by agents", unit="count", department="management", series=True)
def runs_completed(period: Period, user: User) -> int:  # noqa: ARG001
    """Runs of all agents that were completed in the period."""
    return _finished(period).filter(status=RunStatus.COMPLETED).count()


@figure(
    key="assistant.failures", label="Agent failures", unit="percent", department="management", better="down"
)
def failure_rate(period: Period, user: User) -> Decimal:  # noqa: ARG001
    """Share of the finished runs that failed."""
    finished = _finished(period).count()
    failed = _finished(period).filter(status=RunStatus.FAILED).count()
    return Decimal(failed * 100) / finished if finished else Decimal(0)
