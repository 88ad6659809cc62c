"""What we know of the lead of a company."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot
from apps.core.markdown import escape
from apps.crm.selectors import LeadRow
from apps.crm.tools import find_leads
from apps.crm.wording import and_more, capped, citation, day, lead_table, money

SHOWN = 10


class Slots(BaseModel):
    """The company."""

    company: CompanySlot


@skill("lead_lookup", slots=Slots)
def lead_lookup(ctx: SkillContext, slots: Slots) -> SkillResult:
    """One lead in full, several as a list."""
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
