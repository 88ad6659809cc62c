"""What we know of a company: of its lead, or as a customer."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.contacts.normalisation import company_key
from apps.core.markdown import escape
from apps.crm.choices import CONTACTS, ActivityKind
from apps.crm.selectors import LeadRow
from apps.crm.skills.lead_name import LeadNameSlot
from apps.crm.skills.meant import no_lead
from apps.crm.skills.meant_company import meant_company
from apps.crm.tools import FoundCompany, company_timeline, find_leads, lead_timeline
from apps.crm.tools.happenings import Happening
from apps.crm.wording import and_more, capped, citation, day, lead_table, money

SHOWN = 10
LATEST = 5
MAX_SAID = 400
#: Of so many entries the latest contact is looked for.
LOOKED_AT = 50


class Slots(BaseModel):
    """The company."""

    company: LeadNameSlot


@skill("lead_lookup", slots=Slots)
def lead_lookup(ctx: SkillContext, slots: Slots) -> SkillResult:
    """One lead in full, several as a list; without a lead, the company and what happened with it lately."""
    if not ctx.user.has_perm("crm.view_lead"):
        return _as_company(ctx, slots.company)
    page = ctx.call(find_leads, query=slots.company, limit=SHOWN)
    if not page.total:
        return no_lead(slots.company, page.near)
    exact = [row for row in page.rows if company_key(row.company) == company_key(slots.company)]
    if page.total == 1 or len(exact) == 1:
        row = exact[0] if exact else page.rows[0]
        happened = ctx.call(lead_timeline, lead_id=row.id, limit=LOOKED_AT).happenings
        text = "\n".join([*facts(row, ctx.user), *_last_words(happened, ctx.user)])
        return SkillResult(text=text, citations=[citation(row)])
    citations = [citation(row) for row in page.rows]
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
        "Lost because of": escape(row.lost_because, 500),
        "Closed": day(row.closed_at, user),
        "Notes": escape(row.notes, 500),
    }
    for name, text in known.items():
        if text:
            yield f"- {name}: {text}"


def _last_words(happened: list[Happening], user: User) -> Iterator[str]:
    """The latest contact and the latest note, with what was said."""
    for heading, kinds in (("Last talk", CONTACTS), ("Last note", (ActivityKind.NOTE,))):
        one = next((one for one in happened if one.kind in kinds), None)
        if one is not None:
            by = f" ({escape(one.actor)})" if one.actor else ""
            said = f": {escape(one.body, MAX_SAID)}" if one.body else ", nothing was noted of it"
            yield f"- {heading}: {day(one.at, user)}, {escape(one.title)}{by}{said}"


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
