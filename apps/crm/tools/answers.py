"""What the tools for leads give back, and how they get at a lead."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError
from apps.crm import selectors
from apps.crm.models import Lead
from apps.crm.selectors import LeadPage, LeadRow
from apps.crm.services.links import link_run
from apps.crm.wording import citation


class FoundLead(LeadRow):
    """A lead with the citation that opens it."""

    citation: Citation


class FoundLeads(BaseModel):
    """The first rows of a search, and how many there are in all: at least `total` if `is_capped`.

    `near` holds leads with almost the name that was looked for, where there is none of that name.
    """

    total: int
    is_capped: bool = False
    rows: list[FoundLead]
    near: list[FoundLead] = []


def lead_of(ctx: ToolContext, lead_id: str) -> Lead:
    """A lead the user may see; from now on the run is one about this lead.

    One that is not there and one of somebody else's look the same: raises `ToolError`.
    """
    try:
        lead = Lead.objects.visible_to(ctx.user).select_related("assigned_to").get(pk=UUID(lead_id))
    except (Lead.DoesNotExist, ValueError) as error:
        raise ToolError("There is no such lead.") from error
    link_run(lead=lead, run_id=ctx.run_id)
    return lead


def found_lead(lead: Lead, ctx: ToolContext) -> FoundLead:
    """The lead as answers show it."""
    return _cited(selectors.lead_row(lead, ctx.now))


def found_leads(page: LeadPage, ctx: ToolContext) -> FoundLeads:
    """The page as answers show it. The run is about a lead that was found alone, not about each of many."""
    if page.total == 1:
        link_run(lead=Lead(pk=UUID(page.rows[0].id)), run_id=ctx.run_id)
    rows = [_cited(row) for row in page.rows]
    return FoundLeads(total=page.total, is_capped=page.is_capped, rows=rows)


def _cited(row: LeadRow) -> FoundLead:
    return FoundLead(**row.model_dump(), citation=citation(row))
