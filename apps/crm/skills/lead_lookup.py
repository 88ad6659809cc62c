"""What we know of a company: of its lead, or as a customer."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot
from apps.core.markdown import escape
from apps.crm.selectors import LeadRow
from apps.crm.skills.meant_company import meant_company
from apps.crm.tools import FoundCompany, company_timeline, find_leads
from apps.crm.tools.happenings import Happening
from apps.crm.wording import and_more, capped, citation, day, lead_table, money

SHOWN = 10
LATEST = 5
MAX_SAID = 200


class Slots(BaseModel):
    """The company."""

    company: CompanySlot


@skill("lead_lookup", slots=Slots)
def lead_lookup(ctx: SkillContext, slots: Slots) -> SkillResult:
    """One lead in full, several as a list; without a lead, the company and what happened with it lately."""
    if not ctx.user.has_perm("crm.view_lead"):
        return _as_company(ctx, slots.company)
    page = ctx.call(find_leads, query=slots.company, limit=SHOWN)
    if not page.total:
        return SkillResult(text=f"I found no lead of {escape(slots.company)} among those you may see.")
    citations = [citation(row) for row in page.rows]
    if page.total == 1:
        return SkillResult(text="\n".join(facts(page.rows[0], ctx.user)), citations=citations)
    listed = lead_table(page.rows, user=ctx.user, with_owner=ctx.user.has_perm("crm.view_all_leads"))
    headline = f"**{capped(page.total, page.is_capped, 'lead')}** match {escape(slots.company)}:"
    more = and_more(page.total, len(page.rows), is_capped=page.is_capped)
    return SkillResult(text=f"{headline}\n\n{listed}{more}", citations=citations)


def facts(row: LeadRow, user: User) -> Iterator[str]:
    """The lead as a list of what is known."""
    yield f"**{escape(row.company)}** [1] is at the stage **{row.stage}**.\n"
    known = {
        "Contact": escape(", ".join(part for part in (row.contact, row.email, row.phone) if part)),
        "Industry": escape(row.industry),
        "Location": escape(row.location),
        "Value": money(row.value, row.currency),
        "Owner": escape(row.owner),
        "Last contact": day(row.last_contacted, user) or "never",
        "Follow up": day(row.follow_up_date, user),
        "Notes": escape(row.notes, 500),
    }
    for name, text in known.items():
        if text:
            yield f"- {name}: {text}"


def _as_company(ctx: SkillContext, name: str) -> SkillResult:
    company = meant_company(ctx, name)
    if isinstance(company, SkillResult):
        return company
    lately = ctx.call(company_timeline, company_id=company.id, limit=LATEST).happenings
    text = "\n".join([*company_facts(company, ctx.user), *_lately(lately, ctx.user)])
    return SkillResult(text=text, citations=[company.citation])


def company_facts(row: FoundCompany, user: User) -> Iterator[str]:
    """The company as a list of what is known."""
    since = day(row.customer_since, user)
    yield f"**{escape(row.company)}** [1] is {f'a customer since {since}' if since else 'no customer yet'}.\n"
    known = {
        "Status": escape(row.customer_status),
        "Account manager": escape(row.account_manager),
        "Industry": escape(row.industry),
        "Location": escape(row.location),
        "Website": escape(row.website),
    }
    for name, text in known.items():
        if text:
            yield f"- {name}: {text}"
    for person in row.people:
        parts = (person.name, person.email, person.phone)
        yield f"- Contact: {escape(', '.join(filter(None, parts)))}"


def _lately(found: list[Happening], user: User) -> Iterator[str]:
    yield "\n**Lately**\n" if found else "\nNothing was written down about it yet."
    for one in found:
        said = f": {escape(one.body, MAX_SAID)}" if one.body else ""
        yield f"- {day(one.at, user)}, {escape(one.title)}{said}"
