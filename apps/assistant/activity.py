"""What the agents did, put together for a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, FloatField, Q, QuerySet, When
from django.db.models.functions import Extract, TruncDate

from apps.assistant.choices import RunStatus, StepKind, StepStatus
from apps.assistant.models import Approval, Run, RunStep
from apps.core.periods import Period
from apps.core.reporting.grouping import Group, Median, Total, totals_by

if TYPE_CHECKING:
    from apps.accounts.models import User

WHOLE: Group = ()
BY_AGENT: Group = ("agent",)
BY_SKILL: Group = ("skill",)
BY_STATUS: Group = ("status",)
BY_TRIGGER: Group = ("trigger",)
BY_DAY: Group = ("day",)
BY_ERROR: Group = ("status", "error_code")
GROUPS = (WHOLE, BY_AGENT, BY_SKILL, BY_STATUS, BY_TRIGGER, BY_DAY, BY_ERROR)
#: `median` is of the seconds that completed runs took from their first start to their end.
MEASURES = {
    "runs": "count(*)",
    "completed": "count(*) FILTER (WHERE \"status\" = 'completed')",
    "failed": "count(*) FILTER (WHERE \"status\" = 'failed')",
    "cancelled": "count(*) FILTER (WHERE \"status\" = 'cancelled')",
    "median": 'percentile_cont(0.5) WITHIN GROUP (ORDER BY "seconds")',
}


def runs(*, user: User, period: Period, department: str = "") -> Mapping[Group, list[Total]]:
    """The runs that `user` may see and that were asked for in the period, in every grouping of `GROUPS`."""
    found = Run.objects.visible_to(user).filter(
        created_at__gte=period.starts_at, created_at__lt=period.ends_at
    )
    if department:
        found = found.filter(department=department)
    took = Extract(F("finished_at") - F("started_at"), "epoch", output_field=FloatField())
    rows = found.values(
        "agent",
        "skill",
        "status",
        "trigger",
        "error_code",
        day=TruncDate("created_at", tzinfo=ZoneInfo(period.tz)),
        seconds=Case(When(status=RunStatus.COMPLETED, then=took), output_field=FloatField()),
    )
    return totals_by(rows, groups=GROUPS, measures=MEASURES)


def tool_calls(*, user: User, period: Period, department: str = "") -> list[Total]:
    """Tool calls that `user` may see and that began in the period, by tool; the most frequent first."""
    steps = RunStep.objects.visible_to(user).filter(
        kind=StepKind.TOOL, started_at__gte=period.starts_at, started_at__lt=period.ends_at
    )
    if department:
        steps = steps.filter(run__department=department)
    took = Extract(F("finished_at") - F("started_at"), "epoch", output_field=FloatField())
    found: Iterable[Any] = (
        steps.order_by()
        .values("name")
        .annotate(
            calls=Count("pk"),
            refused=Count("pk", filter=Q(status=StepStatus.ERROR)),
            failed=Count("pk", filter=Q(status=StepStatus.FAILED)),
            median=Median(took),
        )
        .order_by("-calls", "name")
    )
    return list(found)


def waiting(*, user: User, now: datetime, department: str = "") -> QuerySet[Approval]:
    """Questions that `user` may see and that nobody has answered, the oldest first."""
    found = Approval.objects.visible_to(user).pending().filter(expires_at__gt=now)
    if department:
        found = found.filter(run__department=department)
    return found.select_related("run__user").order_by("created_at", "id")
