"""Tools for finding, importing and changing leads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.contacts.normalisation import company_key
from apps.crm import selectors
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.importing.outcome import ImportOutcome
from apps.crm.models import Lead
from apps.crm.selectors import LeadRow, PipelineSummary
from apps.crm.services import imports, leads
from apps.crm.services.leads import LeadFields
from apps.crm.wording import citation


class FoundLead(LeadRow):
    """A lead with the citation that opens it."""

    citation: Citation


class FoundLeads(BaseModel):
    """The first rows of a search, and how many there are in all."""

    total: int
    rows: list[FoundLead]


class DeletedLead(BaseModel):
    """What was removed."""

    company: str


@tool(
    permission="crm.add_lead",
    heavy=True,
    timeout=300,
    summary="Reading {file_name} …",
)
def import_leads(ctx: ToolContext, *, artifact_id: str, sheet: str = "") -> ImportOutcome:
    """Import the leads in an attached CSV or XLSX file. Headings may be in any order, in English, Chinese or
    Malay. Duplicates and unusable rows are left out and reported one by one. All or nothing.
    """
    artifact = ctx.attachment(artifact_id)
    outcome = imports.import_leads(artifact=artifact, user=ctx.user, sheet=sheet, progress=ctx.progress)
    if outcome.report_id:
        ctx.keep(ctx.attachment(outcome.report_id))
    return outcome


@tool(permission="crm.view_lead_summary", read_only=True, summary="Adding up the pipeline …")
def summarise_pipeline(ctx: ToolContext) -> PipelineSummary:
    """Counts and values of the open leads by stage and by representative, as far as the user may know."""
    return selectors.pipeline(user=ctx.user)


@tool(
    permission="crm.view_lead_summary",
    read_only=True,
    summary="Counting leads without contact for {days} days …",
)
def summarise_stale_leads(ctx: ToolContext, *, days: int = 14) -> PipelineSummary:
    """Counts and values of the open leads that nobody contacted for so many days, by stage and by
    representative, as far as the user may know.
    """
    return selectors.stale_summary(user=ctx.user, now=ctx.now, after=_span(days))


@tool(permission="crm.view_lead", read_only=True, summary="Looking for leads …")
def find_leads(
    ctx: ToolContext, *, query: str = "", status: LeadStatus | None = None, limit: int = 20
) -> FoundLeads:
    """Search the leads that the user may see by words of company, contact, e-mail, phone, place or industry,
    and by status. Newest first.
    """
    page = selectors.find_leads(user=ctx.user, now=ctx.now, query=query, status=status, limit=limit)
    return _found(page)


@tool(permission="crm.view_lead", read_only=True, summary="Reading the open leads …")
def list_open_leads(ctx: ToolContext, *, limit: int = 20) -> FoundLeads:
    """The open leads that the user may see: the furthest stage first, then the highest value."""
    return _found(selectors.open_leads(user=ctx.user, now=ctx.now, limit=limit))


@tool(
    permission="crm.view_lead", read_only=True, summary="Looking for leads without contact for {days} days …"
)
def find_stale_leads(ctx: ToolContext, *, days: int = 14, limit: int = 20) -> FoundLeads:
    """Open leads that nobody contacted for so many days (never contacted: since they came in), the longest
    silence first.
    """
    return _found(selectors.stale_leads(user=ctx.user, now=ctx.now, after=_span(days), limit=limit))


@tool(permission="crm.add_lead", summary="Adding {company_name} …")
def create_lead(
    ctx: ToolContext,
    *,
    company_name: str,
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    industry: str = "",
    location: str = "",
    source: LeadSource = LeadSource.OTHER,
    value: Decimal | None = None,
    currency: str = "SGD",
    follow_up_date: date | None = None,
    notes: str = "",
) -> FoundLead:
    """Add one lead, owned by the user. Refused when there is one with the same e-mail, or the same company
    and phone.
    """
    fields: LeadFields = {
        "company_name": company_name,
        "contact_name": contact_name,
        "contact_email": contact_email,
        "contact_phone": contact_phone,
        "industry": industry,
        "location": location,
        "source": source,
        "value": value,
        "currency": currency,
        "follow_up_date": follow_up_date,
        "notes": notes,
    }
    return _row(leads.create_lead(actor=ctx.user, **fields), ctx)


@tool(permission="crm.change_lead", summary="Setting the status to {status} …")
def update_lead_status(ctx: ToolContext, *, lead_id: str, status: LeadStatus) -> FoundLead:
    """Move a lead to another stage."""
    return _row(leads.update_lead(actor=ctx.user, lead=_lead(ctx.user, lead_id), status=status), ctx)


@tool(permission="crm.change_lead", summary="Scheduling a follow-up …")
def schedule_follow_up(ctx: ToolContext, *, lead_id: str, day: date) -> FoundLead:
    """Set the day on which somebody should follow up on a lead."""
    return _row(leads.update_lead(actor=ctx.user, lead=_lead(ctx.user, lead_id), follow_up_date=day), ctx)


@tool(permission="crm.change_lead", summary="Logging a contact …")
def log_contact(ctx: ToolContext, *, lead_id: str, note: str = "", at: datetime | None = None) -> FoundLead:
    """Keep that the user spoke or wrote to a lead, now or at an earlier time (with time zone). A new lead
    becomes a contacted one.
    """
    if at is not None and at.tzinfo is None:
        raise ToolError("The time needs its time zone.")
    lead = leads.log_contact(actor=ctx.user, lead=_lead(ctx.user, lead_id), at=at or ctx.now, note=note)
    return _row(lead, ctx)


@tool(permission="crm.delete_lead", destructive=True, summary="Deleting the lead {company} …")
def delete_lead(ctx: ToolContext, *, lead_id: str, company: str) -> DeletedLead:
    """Delete a lead with its history for good. `company` must be the lead's company: the person who is asked
    for approval reads it.
    """
    lead = _lead(ctx.user, lead_id)
    if company_key(company) != lead.company_key:
        raise ToolError(f"The lead is of {lead.company_name}, not of {company}. Nothing was deleted.")
    leads.delete_lead(actor=ctx.user, lead=lead)
    return DeletedLead(company=lead.company_name)


def _span(days: int) -> timedelta:
    return timedelta(days=max(0, min(days, 3650)))


def _lead(user: User, lead_id: str) -> Lead:
    """A lead the user may see; one that is not there and one of somebody else's look the same."""
    try:
        return Lead.objects.visible_to(user).select_related("assigned_to").get(pk=UUID(lead_id))
    except (Lead.DoesNotExist, ValueError) as error:
        raise ToolError("There is no such lead.") from error


def _row(lead: Lead, ctx: ToolContext) -> FoundLead:
    row = selectors.lead_row(lead, ctx.now)
    return FoundLead(**row.model_dump(), citation=citation(row))


def _found(page: selectors.LeadPage) -> FoundLeads:
    rows = [FoundLead(**row.model_dump(), citation=citation(row)) for row in page.rows]
    return FoundLeads(total=page.total, rows=rows)
