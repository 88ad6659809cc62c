"""What requests to models used, put together for a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncDate

from apps.core.periods import Period
from apps.core.reporting.grouping import Group, Total, totals_by
from apps.llm.models import ModelRun

if TYPE_CHECKING:
    from apps.accounts.models import User

WHOLE: Group = ()
BY_MODEL: Group = ("provider", "model")
BY_DEPARTMENT: Group = ("department",)
BY_USER: Group = ("user_id", "user_name")
BY_AGENT: Group = ("agent",)
BY_SKILL: Group = ("skill",)
BY_DAY: Group = ("day",)
BY_PRICING: Group = ("pricing",)
BY_ERROR: Group = ("status", "error_class")
GROUPS = (
    WHOLE, BY_MODEL, BY_DEPARTMENT, BY_USER, BY_AGENT, BY_SKILL, BY_DAY, BY_PRICING, BY_ERROR,
)  # fmt: skip
#: Tokens that were written into a cache were read for the first time, so they are with the fresh ones.
MEASURES = {
    "requests": "count(*)",
    "fresh": 'coalesce(sum("input_tokens" + "cache_write_tokens"), 0)',
    "cached": 'coalesce(sum("cache_read_tokens"), 0)',
    "output": 'coalesce(sum("output_tokens"), 0)',
    "cost": 'coalesce(sum("cost_usd"), 0)',
    "estimated": 'coalesce(sum("cost_usd") FILTER (WHERE "pricing" = \'estimated\'), 0)',
    "unpriced": "count(*) FILTER (WHERE \"pricing\" = 'unpriced')",
    "failed": "count(*) FILTER (WHERE \"status\" = 'failed')",
}
#: The projection goes by the mean of so many full days.
PROJECTED_FROM = 14


def usage(*, user: User, period: Period, department: str = "") -> Mapping[Group, list[Total]]:
    """The requests that `user` may see and that began in the period, grouped in every way of `GROUPS`."""
    runs = ModelRun.objects.visible_to(user).started_in(period)
    if department:
        runs = runs.filter(department=department)
    rows = runs.values(
        "provider", "model", "department", "user_id", "agent", "skill", "pricing", "status", "error_class",
        "input_tokens", "cache_write_tokens", "cache_read_tokens", "output_tokens", "cost_usd",
        user_name=F("user__name"),
        day=TruncDate("started_at", tzinfo=ZoneInfo(period.tz)),
    )  # fmt: skip
    return totals_by(rows, groups=GROUPS, measures=MEASURES)


@dataclass(frozen=True)
class Projection:
    """What this month will have cost in US dollars if the days to come are like the latest ones."""

    so_far: Decimal
    per_day: Decimal
    days_left: int

    @property
    def whole_month(self) -> Decimal:
        """Spent so far, and the mean day for each day after today."""
        return self.so_far + self.per_day * self.days_left


def projection(*, user: User, now: datetime, tz: str, department: str = "") -> Projection:
    """For the month of `now`, in which days are those of `tz`."""
    today = now.astimezone(ZoneInfo(tz)).date()
    month = Period.month_of(today, tz)
    recent_from = _midnight(today - timedelta(days=PROJECTED_FROM), tz)
    runs = ModelRun.objects.visible_to(user)
    if department:
        runs = runs.filter(department=department)
    found = runs.filter(started_at__gte=min(month.starts_at, recent_from), started_at__lte=now).aggregate(
        so_far=Sum("cost_usd", filter=Q(started_at__gte=month.starts_at), default=Decimal(0)),
        recent=Sum(
            "cost_usd",
            filter=Q(started_at__gte=recent_from, started_at__lt=_midnight(today, tz)),
            default=Decimal(0),
        ),
    )
    return Projection(found["so_far"], found["recent"] / PROJECTED_FROM, (month.last_day - today).days)


def _midnight(day: date, tz: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(tz))
