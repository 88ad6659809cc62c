"""Tools that count and list leads by what became of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pydantic import BaseModel

from apps.assistant.toolkit import ToolContext, tool
from apps.audit.models import AuditEvent
from apps.core.periods import Period
from apps.crm import counting, selectors
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.counting import GroupedBy, LeadCounts
from apps.crm.narrowing import Measure, narrowed
from apps.crm.tools.answers import FoundLeads, found_leads

#: The longest list of deletions that one answer may hold.
MAX_ROWS = 100


class Deletion(BaseModel):
    """A lead that was deleted, when and by whom."""

    company: str
    by: str
    at: datetime


class Deletions(BaseModel):
    """The latest deletions of some days, and how many there are in all."""

    total: int
    rows: list[Deletion]


@tool(permission="crm.view_lead_summary", read_only=True, summary="Counting leads …")
def count_leads(
    ctx: ToolContext,
    *,
    measure: Measure,
    first: date | None = None,
    last: date | None = None,
    owner: str = "",
    source: LeadSource | None = None,
    place: str = "",
    stage: LeadStatus | None = None,
    by: GroupedBy = "",
) -> LeadCounts:
    """How many leads were won, lost or came in (new) from `first` up to and including `last`, or are open
    now, and their value; `owner` (a colleague's name), `source`, `place` (a country) and `stage` narrow it,
    `by` groups it.
    """
    return counting.count_leads(
        user=ctx.user,
        measure=measure,
        period=_period(ctx, first, last),
        narrowing=narrowed(owner, source, place, stage),
        by=by,
    )


@tool(permission="crm.view_lead", read_only=True, second_hand=True, summary="Reading the leads …")
def list_leads(
    ctx: ToolContext,
    *,
    measure: Measure,
    first: date | None = None,
    last: date | None = None,
    owner: str = "",
    source: LeadSource | None = None,
    place: str = "",
    stage: LeadStatus | None = None,
    limit: int = 20,
) -> FoundLeads:
    """The leads that `count_leads` counts, as far as the user may see them, the latest first."""
    page = selectors.measured_leads(
        user=ctx.user,
        now=ctx.now,
        measure=measure,
        period=_period(ctx, first, last),
        narrowing=narrowed(owner, source, place, stage),
        limit=limit,
    )
    return found_leads(page, ctx)


@tool(permission="audit.view_auditevent", read_only=True, summary="Reading the audit trail …")
def list_deleted_leads(
    ctx: ToolContext, *, first: date | None = None, last: date | None = None, limit: int = 20
) -> Deletions:
    """Who deleted which leads from `first` up to and including `last`, from the audit trail, latest first."""
    found = AuditEvent.objects.visible_to(ctx.user).filter(action="crm.lead.deleted")
    if period := _period(ctx, first, last):
        found = found.filter(at__gte=period.starts_at, at__lt=period.ends_at)
    rows = found.order_by("-at", "-id")[: max(1, min(limit, MAX_ROWS))]
    return Deletions(
        total=found.count(),
        rows=[Deletion(company=row.object_label, by=row.actor_label or "system", at=row.at) for row in rows],
    )


def _period(ctx: ToolContext, first: date | None, last: date | None) -> Period | None:
    if first is None or last is None:
        return None
    return Period(first, last + timedelta(days=1), ctx.user.timezone)
