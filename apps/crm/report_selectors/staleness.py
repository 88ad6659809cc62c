"""Open leads that nobody speaks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from apps.core.reporting.grouping import Group, Total, totals_by
from apps.crm.models import Lead
from apps.crm.report_selectors.scope import LeadScope

BY_OWNER: Group = ("assigned_to_id", "currency")
BY_STAGE: Group = ("status", "currency")
BY_SILENCE: Group = ("silence", "currency")
MEASURES = {
    "leads": "count(*)",
    "value": 'coalesce(sum("value"), 0)',
    "longest": 'min("quiet_since")',
}


@dataclass(frozen=True)
class Silence:
    """More than `least` days without a word, and up to `most` (None: however long)."""

    least: int
    most: int | None


def silences(least: int) -> list[Silence]:
    """The spans that a report on more than `least` days tells apart."""
    bounds = [least, *(days for days in (30, 60, 90, 180) if days > least)]
    return [Silence(low, high) for low, high in zip(bounds, [*bounds[1:], None], strict=True)]


def stale_totals(scope: LeadScope, *, now: datetime, spans: Sequence[Silence]) -> Mapping[Group, list[Total]]:
    """Stale leads by owner, by stage and by how long it is (`silence`: the place in `spans`).

    `longest` is the moment since which the quietest of them is quiet.
    """
    longest_first = [
        When(quiet_since__lt=now - timedelta(days=span.least), then=Value(place))
        for place, span in reversed(list(enumerate(spans)))
    ]
    stale: QuerySet[Any] = scope.leads().stale(now, timedelta(days=spans[0].least))
    rows = stale.values(
        "assigned_to_id",
        "status",
        "currency",
        "value",
        "quiet_since",
        silence=Case(*longest_first, output_field=IntegerField()),
    )
    return totals_by(rows, groups=[BY_OWNER, BY_STAGE, BY_SILENCE], measures=MEASURES)


@dataclass(frozen=True)
class StaleLead:
    """A lead that waits for somebody; `quiet_since` is the last contact, or when it came in."""

    id: UUID
    company: str
    contact: str
    status: str
    owner: str
    value: Decimal | None
    currency: str
    quiet_since: datetime
    never_contacted: bool


def stale_rows(scope: LeadScope, *, now: datetime, after: timedelta, limit: int) -> list[StaleLead]:
    """The stale leads that the reader may see, the longest silence first; none for readers of sums."""
    leads = Lead.objects.visible_to(scope.user).filter(**scope.conditions).stale(now, after)
    columns = ("pk", "company_name", "contact_name", "status", "assigned_to__name", "value", "currency")
    return [
        StaleLead(
            pk, company, contact, status, owner or "", value, currency, quiet_since, last_contacted is None
        )
        for pk, company, contact, status, owner, value, currency, quiet_since, last_contacted in (
            leads.values_list(*columns, "quiet_since", "last_contacted")[:limit]
        )
    ]
