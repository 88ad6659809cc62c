"""What is in the pipeline now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import BooleanField, Case, Count, DateField, Sum, Value, When
from django.db.models.functions import Cast, TruncMonth

from apps.core.reporting.grouping import Total, totals_by
from apps.crm.choices import OPEN
from apps.crm.models import Stage
from apps.crm.report_selectors.scope import LeadScope

BY_MONTH = ("overdue", "month", "status", "currency")
BY_INDUSTRY = ("industry", "currency")
BY_REST = ("status", "source", "assigned_to_id", "currency")
#: Measures of rows that are sums themselves: a million leads are put together by all columns first.
SUMMED_COUNT = {"leads": 'sum("leads")::bigint'}
SUM_OF_VALUES = Sum("value", default=Decimal(0))
SUMMED = {**SUMMED_COUNT, "value": 'sum("worth")'}


@dataclass(frozen=True)
class OpenGroup:
    """Open leads that have stage, source, owner and currency in common."""

    status: str
    source: str
    owner: UUID | None
    currency: str
    leads: int
    value: Decimal


@dataclass(frozen=True)
class MonthGroup:
    """Open leads of one stage and currency that are expected to close in one month.

    `month` is its first day; None without a day. `overdue` ones should have been closed before today.
    """

    month: date | None
    overdue: bool
    status: str
    currency: str
    leads: int
    value: Decimal


@dataclass(frozen=True)
class IndustryGroup:
    """Open leads of one industry ("" if not known) and currency."""

    industry: str
    currency: str
    leads: int
    value: Decimal


@dataclass(frozen=True)
class Pipeline:
    """The open leads of a scope, put together in three ways; `probability` is per cent by stage."""

    groups: list[OpenGroup]
    months: list[MonthGroup]
    industries: list[IndustryGroup]
    probability: Mapping[str, int]

    def weighted(self, status: str, value: Decimal) -> Decimal:
        """What a value in a stage is worth when weighed by the chance to win; exact, not rounded."""
        return value * self.probability[status] / 100


def pipeline_now(scope: LeadScope, *, today: date) -> Pipeline:
    """The open leads of `scope`; `today` decides what is overdue."""
    is_late = When(expected_close__lt=today, then=Value(True))
    groups = [BY_MONTH, BY_INDUSTRY, *([BY_REST] if scope.industry else [])]
    rows = (
        scope.leads()
        .open()
        .order_by()
        .values(
            "status",
            "currency",
            "industry",
            *(("source", "assigned_to_id") if scope.industry else ()),
            overdue=Case(is_late, default=Value(False), output_field=BooleanField()),
            month=Cast(TruncMonth("expected_close"), DateField()),
        )
        .annotate(leads=Count("*"), worth=SUM_OF_VALUES)
    )
    found = totals_by(rows, groups=groups, measures=SUMMED)
    rest = found[BY_REST] if scope.industry else _tallied(scope)
    return Pipeline(
        groups=[
            OpenGroup(
                total["status"],
                total["source"],
                total["assigned_to_id"],
                total["currency"],
                total["leads"],
                total["value"],
            )
            for total in rest
        ],
        months=[MonthGroup(**total) for total in found[BY_MONTH]],
        industries=[IndustryGroup(**total) for total in found[BY_INDUSTRY]],
        probability=dict(Stage.objects.values_list("status", "probability")),
    )


def _tallied(scope: LeadScope) -> list[Total]:
    """From the running totals: these need not read the leads."""
    sums = (
        scope.tallies()
        .filter(status__in=OPEN)
        .values(*BY_REST)
        .annotate(count=Sum("leads"), worth=Sum("value"))
        .filter(count__gt=0)
    )
    return [
        {**{name: row[name] for name in BY_REST}, "leads": row["count"], "value": row["worth"]}
        for row in sums
    ]
