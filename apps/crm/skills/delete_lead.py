"""Delete a lead, once a person agrees."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import CompanySlot
from apps.contacts.normalisation import company_key
from apps.core.markdown import escape
from apps.crm import tools
from apps.crm.skills.meant import no_lead
from apps.crm.wording import citation, lead_table

SHOWN = 10


class Slots(BaseModel):
    """The company whose lead it is."""

    company: CompanySlot


@skill("delete_lead", slots=Slots)
def delete_lead(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Deletes only when it is clear which lead is meant."""
    page = ctx.call(tools.find_leads, query=slots.company, limit=SHOWN)
    exact = [row for row in page.rows if company_key(row.company) == company_key(slots.company)]
    rows = exact or page.rows
    if not rows:
        return no_lead(slots.company, page.near)
    if len(rows) > 1 or not exact:
        listed = lead_table(rows, user=ctx.user, with_owner=True)
        question = (
            "I delete only what is named exactly. Which of these do you mean?"
            if not exact
            else ("There is more than one lead of this company. Please delete the right one on its page:")
        )
        return SkillResult(text=f"{question}\n\n{listed}", citations=[citation(row) for row in rows])
    deleted = ctx.call(tools.delete_lead, lead_id=rows[0].id, company=rows[0].company)
    return SkillResult(text=f"The lead **{escape(deleted.company)}** is deleted.")
