"""The leads that were won or lost during a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, QuerySet
from django.db.models.functions import Cast, Extract

from apps.core.periods import Period
from apps.core.reporting.grouping import Group, Median, Total, totals_by
from apps.crm.choices import CLOSED
from apps.crm.report_selectors.cohort import part_of, span_of
from apps.crm.report_selectors.pipeline import SUM_OF_VALUES, SUMMED
from apps.crm.report_selectors.scope import LeadScope

BY_CURRENCY: Group = ("part", "status", "currency")
BY_OWNER: Group = ("part", "status", "assigned_to_id", "currency")
BY_SOURCE: Group = ("part", "status", "source", "currency")
BY_INDUSTRY: Group = ("part", "status", "industry", "currency")
BY_REASON: Group = ("part", "status", "lost_reason", "currency")


def closed(scope: LeadScope, period: Period, before: Period) -> Mapping[Group, list[Total]]:
    """Leads by outcome and more, in the period (`part` is `DURING`) and in `before` (`BEFORE`)."""
    rows = (
        _closed(scope, period, before)
        .order_by()
        .values("status", "assigned_to_id", "source", "industry", "currency", "lost_reason", "part")
        .annotate(leads=Count("*"), worth=SUM_OF_VALUES)
    )
    groups = [BY_CURRENCY, BY_OWNER, BY_SOURCE, BY_INDUSTRY, BY_REASON]
    return totals_by(rows, groups=groups, measures=SUMMED)


@dataclass(frozen=True)
class Lifetime:
    """Seconds from the moment a lead came in to the moment it was closed."""

    median: float
    mean: float


def lifetimes(scope: LeadScope, period: Period, before: Period) -> dict[tuple[int, str], Lifetime]:
    """How long the closed leads took, by part (`DURING` or `BEFORE`) and outcome."""
    # As floats: PostgreSQL sorts its exact numbers at half the pace.
    took = Cast(Extract(F("closed_at") - F("created_at"), "epoch"), FloatField())
    found = (
        _closed(scope, period, before)
        .order_by()
        .values_list("part", "status")
        .annotate(median=Median(took), mean=Avg(took))
    )
    return {(part, status): Lifetime(median, mean) for part, status, median, mean in found}


def _closed(scope: LeadScope, period: Period, before: Period) -> QuerySet[Any]:
    found = scope.leads().filter(span_of("closed_at", before, period), status__in=CLOSED)
    return found.annotate(part=part_of("closed_at", period))
