"""Which lead a sentence means."""

from __future__ import annotations

from collections.abc import Sequence

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.contacts.normalisation import company_key
from apps.core.markdown import escape
from apps.crm import tools
from apps.crm.tools import FoundLead
from apps.crm.wording import citation, lead_table

SHOWN = 10


def meant_lead(ctx: SkillContext, company: str) -> FoundLead | SkillResult:
    """The only lead of exactly that company, or the only one that the words fit; else an answer that says why
    there is none.
    """
    page = ctx.call(tools.find_leads, query=company, limit=SHOWN)
    exact = [row for row in page.rows if company_key(row.company) == company_key(company)]
    rows = exact or page.rows
    if len(rows) == 1:
        return rows[0]
    if not rows:
        return no_lead(company, page.near)
    return _which(rows, ctx.user)


def no_lead(company: str, near: Sequence[FoundLead]) -> SkillResult:
    """That there is no lead of the company, and which are spelt almost so."""
    text = f"I found no lead of {escape(company)} among those you may see."
    if near:
        offered = ", ".join(f"**{escape(row.company)}** [{number}]" for number, row in enumerate(near, 1))
        text += f" Did you mean {offered}? Please say it again with that name."
    return SkillResult(text=text, citations=[citation(row) for row in near])


def _which(rows: list[FoundLead], user: User) -> SkillResult:
    listed = lead_table(rows, user=user, with_owner=user.has_perm("crm.view_all_leads"))
    question = "Which of these do you mean? Please say its full name, or do it on the lead's page."
    return SkillResult(text=f"{question}\n\n{listed}", citations=[citation(row) for row in rows])
