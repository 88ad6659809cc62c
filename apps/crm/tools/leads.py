"""Tools that add, change and remove leads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.contacts.normalisation import company_key
from apps.crm.choices import LeadSource, LeadStatus, LostReason
from apps.crm.importing.outcome import ImportOutcome
from apps.crm.selectors import lead_holders
from apps.crm.services import imports, leads, moves
from apps.crm.services.leads import LeadFields
from apps.crm.services.links import link_run
from apps.crm.tools.answers import FoundLead, found_lead, lead_of

#: Fields that can be emptied by name; a text is emptied by an empty text.
Clearable = Literal["value", "follow_up_date", "expected_close"]


class DeletedLead(BaseModel):
    """What was removed."""

    company: str


@tool(
    permission="crm.add_lead",
    heavy=True,
    timeout=300,
    untrusted=True,
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


@tool(permission="crm.add_lead", second_hand=True, summary="Adding {company_name} …")
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
    lead = leads.create_lead(actor=ctx.user, **fields)
    link_run(lead=lead, run_id=ctx.run_id)
    return found_lead(lead, ctx)


@tool(permission="crm.change_lead", second_hand=True, summary="Changing the lead …")
def update_lead(
    ctx: ToolContext,
    *,
    lead_id: str,
    company_name: str | None = None,
    contact_name: str | None = None,
    contact_email: str | None = None,
    contact_phone: str | None = None,
    industry: str | None = None,
    location: str | None = None,
    source: LeadSource | None = None,
    value: Decimal | None = None,
    currency: str | None = None,
    expected_close: date | None = None,
    follow_up_date: date | None = None,
    notes: str | None = None,
    owner_email: str | None = None,
    clear: tuple[Clearable, ...] = (),
) -> FoundLead:
    """Change what is given and leave the rest; `clear` empties. `notes` replaces the notes: to add to what is
    known, log a note. The stage is changed by move_lead_stage.
    """
    lead = lead_of(ctx, lead_id)
    given: dict[str, Any] = {
        "company_name": company_name,
        "contact_name": contact_name,
        "contact_email": contact_email,
        "contact_phone": contact_phone,
        "industry": industry,
        "location": location,
        "source": source,
        "value": value,
        "currency": currency,
        "expected_close": expected_close,
        "follow_up_date": follow_up_date,
        "notes": notes,
        "assigned_to": _holder(owner_email) if owner_email else None,
    }
    changed = {name: new for name, new in given.items() if new is not None} | dict.fromkeys(clear)
    return found_lead(leads.update_lead(actor=ctx.user, lead=lead, **changed), ctx)


@tool(permission="crm.change_lead", second_hand=True, summary="Moving the lead to {status} …")
def move_lead_stage(
    ctx: ToolContext,
    *,
    lead_id: str,
    status: LeadStatus,
    lost_reason: LostReason | None = None,
    lost_note: str = "",
) -> FoundLead:
    """Move a lead to another stage: one step on or back, lost from any open stage, won from proposal only. A
    lost one needs the reason that the user gave (`other` with a note): ask for it, never guess.
    """
    lead = moves.move_lead(
        actor=ctx.user,
        lead=lead_of(ctx, lead_id),
        to=status,
        lost_reason=lost_reason or "",
        lost_note=lost_note,
    )
    return found_lead(lead, ctx)


@tool(permission="crm.change_lead", second_hand=True, summary="Scheduling a follow-up …")
def schedule_follow_up(ctx: ToolContext, *, lead_id: str, day: date) -> FoundLead:
    """Set the day on which somebody should follow up on a lead."""
    lead = leads.update_lead(actor=ctx.user, lead=lead_of(ctx, lead_id), follow_up_date=day)
    return found_lead(lead, ctx)


@tool(permission="crm.delete_lead", destructive=True, summary="Deleting the lead {company} …")
def delete_lead(ctx: ToolContext, *, lead_id: str, company: str) -> DeletedLead:
    """Delete a lead with its history for good. `company` must be the lead's company: the person who is asked
    for approval reads it.
    """
    lead = lead_of(ctx, lead_id)
    if company_key(company) != lead.company_key:
        raise ToolError(f"The lead is of {lead.company_name}, not of {company}. Nothing was deleted.")
    leads.delete_lead(actor=ctx.user, lead=lead)
    return DeletedLead(company=lead.company_name)


def _holder(email: str) -> User:
    found = lead_holders().filter(email__iexact=email.strip()).first()
    if found is None:
        raise ToolError(f"Nobody with the address {email} works with leads.")
    return found
