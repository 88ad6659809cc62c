"""Tools that read leads and sums of them."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.crm import duplicates, pipeline, selectors
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.narrowing import narrowed
from apps.crm.nearest import nearest_leads
from apps.crm.pipeline import PipelineSummary
from apps.crm.timeline import timeline
from apps.crm.tools.answers import FoundLead, FoundLeads, found_lead, found_leads, lead_of
from apps.crm.tools.happenings import Happening, happenings


class LeadTimeline(BaseModel):
    """What happened with a lead, newest first; `before` asks for what is older, "" when there is nothing."""

    lead: FoundLead
    happenings: list[Happening]
    before: str


class PossibleDuplicate(BaseModel):
    """A lead that may be the same: 100 is certain. Without citation it is a colleague's."""

    label: str
    score: int
    reasons: list[str]
    citation: Citation | None


@tool(permission="crm.view_lead_summary", read_only=True, summary="Adding up the pipeline …")
def summarise_pipeline(
    ctx: ToolContext,
    *,
    owner: str = "",
    source: LeadSource | None = None,
    place: str = "",
    stage: LeadStatus | None = None,
) -> PipelineSummary:
    """Counts, values and forecast of the open leads by stage and by representative, as far as the user may
    know. The forecast weighs values by the chance of each stage. `owner` (a colleague's name), `source`,
    `place` (a country) and `stage` narrow it.
    """
    return pipeline.open_sums(user=ctx.user, narrowing=narrowed(owner, source, place, stage))


@tool(
    permission="crm.view_lead_summary",
    read_only=True,
    summary="Counting leads without contact for {days} days …",
)
def summarise_stale_leads(ctx: ToolContext, *, days: int = 14) -> PipelineSummary:
    """Counts and values of the open leads that nobody contacted for so many days, by stage and by
    representative, as far as the user may know.
    """
    return pipeline.stale_sums(user=ctx.user, now=ctx.now, after=_span(days))


# Of a lead's notes nobody knows who first wrote them.
@tool(permission="crm.view_lead", read_only=True, second_hand=True, summary="Looking for leads …")
def find_leads(
    ctx: ToolContext, *, query: str = "", status: LeadStatus | None = None, limit: int = 20
) -> FoundLeads:
    """Search the leads that the user may see by the beginnings of words of company, contact, e-mail, phone,
    place or industry, and by status. Newest first. Where nothing fits, `near` has names spelt almost so: ask
    before you take one.
    """
    page = selectors.find_leads(user=ctx.user, now=ctx.now, query=query, status=status, limit=limit)
    found = found_leads(page, ctx)
    if query and not found.total:
        found.near = [found_lead(lead, ctx) for lead in nearest_leads(user=ctx.user, name=query)]
    return found


@tool(permission="crm.view_lead", read_only=True, second_hand=True, summary="Reading the open leads …")
def list_open_leads(
    ctx: ToolContext,
    *,
    owner: str = "",
    source: LeadSource | None = None,
    place: str = "",
    stage: LeadStatus | None = None,
    limit: int = 20,
) -> FoundLeads:
    """The open leads that the user may see: the furthest stage first, then the highest value. `owner` (a
    colleague's name), `source`, `place` (a country) and `stage` narrow it.
    """
    wanted = narrowed(owner, source, place, stage)
    return found_leads(selectors.open_leads(user=ctx.user, now=ctx.now, limit=limit, narrowing=wanted), ctx)


@tool(
    permission="crm.view_lead",
    read_only=True,
    second_hand=True,
    summary="Looking for leads without contact for {days} days …",
)
def find_stale_leads(ctx: ToolContext, *, days: int = 14, limit: int = 20) -> FoundLeads:
    """Open leads that nobody contacted for so many days (never contacted: since they came in), the longest
    silence first.
    """
    page = selectors.stale_leads(user=ctx.user, now=ctx.now, after=_span(days), limit=limit)
    return found_leads(page, ctx)


# Notes may have been written after a stranger's words, and mails are his.
@tool(permission="crm.view_lead", read_only=True, untrusted=True, summary="Reading what happened …")
def lead_timeline(ctx: ToolContext, *, lead_id: str, limit: int = 15, before: str = "") -> LeadTimeline:
    """What happened with a lead, newest first: contacts, notes, tasks, stages, mails, files, runs. To read
    on, give the `before` of the last answer.
    """
    lead = lead_of(ctx, lead_id)
    page = timeline(subject=lead, user=ctx.user, limit=max(1, min(limit, 50)), before=before)
    return LeadTimeline(lead=found_lead(lead, ctx), happenings=happenings(page), before=page.next)


@tool(permission="crm.view_lead", read_only=True, second_hand=True, summary="Looking for the same lead …")
def find_duplicates(
    ctx: ToolContext, *, company: str = "", contact: str = "", email: str = "", phone: str = ""
) -> list[PossibleDuplicate]:
    """Leads that may be the one described, however they are spelt, the likeliest first. Ask before adding a
    lead.
    """
    found = duplicates.find_duplicates(
        user=ctx.user, company=company, contact=contact, email=email, phone=phone
    )
    return [
        PossibleDuplicate(
            label=known.label,
            score=known.score,
            reasons=list(known.reasons),
            citation=Citation(kind="crm.lead", id=str(known.id), label=known.label, url=known.url)
            if known.id
            else None,
        )
        for known in found
    ]


def _span(days: int) -> timedelta:
    return timedelta(days=max(0, min(days, 3650)))
