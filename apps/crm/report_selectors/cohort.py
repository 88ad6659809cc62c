"""The leads that came in during a period, how far they got, and how long leads stay in a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Case, Count, IntegerField, Max, Q, Value, When

from apps.core.periods import Period
from apps.core.reporting.grouping import Group, Median, Total, totals_by
from apps.crm.choices import OPEN, LeadStatus
from apps.crm.report_selectors.pipeline import SUMMED_COUNT
from apps.crm.report_selectors.scope import LeadScope

#: The way of a lead that is won. How far a lost one got is how far it got before.
WAY = (*OPEN, LeadStatus.CLOSED_WON)
BY_OWNER: Group = ("part", "assigned_to_id")
BY_SOURCE: Group = ("part", "source")
BY_INDUSTRY: Group = ("part", "industry")
BEFORE, DURING = 0, 1


def part_of(field: str, period: Period) -> Any:
    """Whether the moment `field` lies in the period or before it: both are counted in one pass."""
    return Case(
        When(**{f"{field}__gte": period.starts_at}, then=Value(DURING)),
        default=Value(BEFORE),
        output_field=IntegerField(),
    )


def span_of(field: str, before: Period, period: Period) -> Q:
    """Moments in one of the two: a range with a gap, because PostgreSQL reads a whole index for two."""
    whole = Q(**{f"{field}__gte": before.starts_at, f"{field}__lt": period.ends_at})
    if before.end == period.start:
        return whole
    return whole & ~Q(**{f"{field}__gte": before.ends_at, f"{field}__lt": period.starts_at})


def came_in(scope: LeadScope, period: Period, before: Period) -> Mapping[Group, list[Total]]:
    """How many leads came in, in the period (`part` is `DURING`) and in `before` (`BEFORE`)."""
    rows = (
        scope.leads()
        .filter(span_of("created_at", before, period))
        .order_by()
        .values("assigned_to_id", "source", "industry", part=part_of("created_at", period))
        .annotate(leads=Count("*"))
    )
    return totals_by(rows, groups=[BY_OWNER, BY_SOURCE, BY_INDUSTRY], measures=SUMMED_COUNT)


def reached(scope: LeadScope, period: Period) -> dict[str, int]:
    """Of the leads that came in during the period, how many got to each stage of `WAY` after the first, or
    beyond it. A lead that was merged into one of them does not count: it came in before.
    """
    steps = [When(to_status=status, then=Value(number)) for number, status in enumerate(WAY)]
    furthest = (
        scope.changes()
        .order_by()
        .filter(
            at__gte=period.starts_at,
            to_status__in=WAY[1:],
            lead__created_at__gte=period.starts_at,
            lead__created_at__lt=period.ends_at,
        )
        .values("lead_id")
        .annotate(furthest=Max(Case(*steps, output_field=IntegerField())))
    )
    found: dict[str, int] = furthest.aggregate(
        **{
            status.value: Count("lead_id", filter=Q(furthest__gte=number))
            for number, status in enumerate(WAY)
            if number
        }
    )
    return found


@dataclass(frozen=True)
class Stay:
    """How long leads were in a stage that they left: so many times, for so many seconds."""

    times: int
    median: float
    mean: float


def stays(scope: LeadScope, period: Period) -> dict[str, Stay]:
    """By stage, the stays that ended during the period; a lead that left a stage twice had two of them."""
    left = (
        scope.changes()
        .order_by()
        .filter(at__gte=period.starts_at, at__lt=period.ends_at, seconds__isnull=False)
        .exclude(from_status="")
        .values_list("from_status")
        .annotate(times=Count("*"), median=Median("seconds"), mean=Avg("seconds"))
    )
    return {status: Stay(times, median, float(mean)) for status, times, median, mean in left}
