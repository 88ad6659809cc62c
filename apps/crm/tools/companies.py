"""Tools about companies: for those who help customers and have nothing to do with leads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.contacts.models import Company
from apps.crm import companies
from apps.crm.choices import ActivityKind
from apps.crm.companies import CompanyRow, company_row
from apps.crm.services.activities import log_activity
from apps.crm.services.tasks import add_task
from apps.crm.subjects import subject_url
from apps.crm.timeline import timeline
from apps.crm.tools.activities import require_zone
from apps.crm.tools.happenings import Happening, happenings


class FoundCompany(CompanyRow):
    """A company with the citation that opens it."""

    citation: Citation


class FoundCompanies(BaseModel):
    """The first companies of a search; `is_capped` says that there are more."""

    rows: list[FoundCompany]
    is_capped: bool = False


class CompanyTimeline(BaseModel):
    """What happened with a company, newest first; `before` asks for what is older, "" for nothing more."""

    company: str
    happenings: list[Happening]
    before: str


class KeptContact(BaseModel):
    """What was written down about a company."""

    company: str
    at: datetime
    citation: Citation


@tool(
    permission="contacts.view_company",
    read_only=True,
    second_hand=True,
    summary="Looking for the company {query} …",
)
def find_companies(ctx: ToolContext, *, query: str, limit: int = 10) -> FoundCompanies:
    """Search companies, customers or not, by the beginnings of words of name, industry, place or website:
    since when they are customers, who looks after them, who works there.
    """
    found, more = companies.find_companies(user=ctx.user, query=query, limit=max(1, min(limit, 25)))
    rows = [
        FoundCompany(**company_row(company).model_dump(), citation=_citation(company)) for company in found
    ]
    return FoundCompanies(rows=rows, is_capped=more)


# Notes may have been written after a stranger's words, and mails are his.
@tool(
    permission="contacts.view_company",
    read_only=True,
    untrusted=True,
    summary="Reading what happened with the company …",
)
def company_timeline(
    ctx: ToolContext, *, company_id: str, limit: int = 10, before: str = ""
) -> CompanyTimeline:
    """What happened with a company and its people, newest first, as far as the user may see it: contacts,
    notes, tasks, mails, chats. To read on, give the `before` of the last answer.
    """
    company = _company(ctx, company_id)
    page = timeline(subject=company, user=ctx.user, limit=max(1, min(limit, 50)), before=before)
    return CompanyTimeline(company=company.name, happenings=happenings(page), before=page.next)


@tool(permission="crm.add_activity", second_hand=True, summary="Writing down what happened …")
def log_company_contact(
    ctx: ToolContext,
    *,
    company_id: str,
    kind: ActivityKind,
    note: str = "",
    subject: str = "",
    at: datetime | None = None,
) -> KeptContact:
    """Keep a call, mail, meeting or message of the user with a company, or a note about it, now or at an
    earlier time (with time zone). For a lead use log_activity.
    """
    require_zone(at)
    company = _company(ctx, company_id)
    activity = log_activity(
        actor=ctx.user,
        subject=company,
        kind=kind,
        at=at,
        note=note,
        subject_line=subject,
        run_id=ctx.run_id,
        key=ctx.step_id,
    )
    return KeptContact(company=company.name, at=activity.occurred_at, citation=_citation(company))


@tool(permission="crm.add_task", second_hand=True, summary="Adding the task {title} …")
def add_company_task(
    ctx: ToolContext, *, company_id: str, title: str, due_at: datetime, note: str = ""
) -> KeptContact:
    """Add something that the user promises to do for a company until a time (with time zone). For a lead use
    add_task.
    """
    require_zone(due_at)
    company = _company(ctx, company_id)
    task = add_task(actor=ctx.user, subject=company, title=title, due_at=due_at, note=note)
    return KeptContact(company=company.name, at=task.due_at, citation=_citation(company))


def _company(ctx: ToolContext, company_id: str) -> Company:
    """A company that the user may see. Raises `ToolError`."""
    try:
        return Company.objects.visible_to(ctx.user).get(pk=UUID(company_id))
    except (Company.DoesNotExist, ValueError) as error:
        raise ToolError("There is no such company.") from error


def _citation(company: Company) -> Citation:
    return Citation(kind="contacts.company", id=str(company.pk), label=company.name, url=subject_url(company))
