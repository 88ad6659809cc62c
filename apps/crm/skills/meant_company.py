"""Which company a sentence means, for people who help customers and see no leads."""

from __future__ import annotations

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.contacts.normalisation import company_key
from apps.core.markdown import escape
from apps.crm.tools import FoundCompany, find_companies

SHOWN = 10


def meant_company(ctx: SkillContext, name: str) -> FoundCompany | SkillResult:
    """The only company of exactly that name, or the only one that the words fit; else an answer that says why
    there is none.
    """
    rows = ctx.call(find_companies, query=name, limit=SHOWN).rows
    exact = [row for row in rows if company_key(row.company) == company_key(name)]
    found = exact or rows
    if len(found) == 1:
        return found[0]
    if not found:
        return SkillResult(text=f"I found no company like {escape(name)} among those you may see.")
    listed = "\n".join(
        f"- {escape(row.company)} [{number}]{f' · {escape(row.location)}' if row.location else ''}"
        for number, row in enumerate(found, 1)
    )
    question = "Which of these do you mean? Please say its full name."
    return SkillResult(text=f"{question}\n\n{listed}", citations=[row.citation for row in found])
