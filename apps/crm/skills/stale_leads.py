"""Leads that nobody speaks to."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import DaysSlot
from apps.crm.tools import find_stale_leads
from apps.crm.wording import and_more, citation, count, lead_table

SHOWN = 20
DEFAULT_DAYS = 14


class Slots(BaseModel):
    """For how long."""

    days: DaysSlot | None = None


@skill("stale_leads", slots=Slots)
def stale_leads(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The longest silence first."""
    days = DEFAULT_DAYS if slots.days is None else slots.days
    page = ctx.call(find_stale_leads, days=days, limit=SHOWN)
    if not page.total:
        return SkillResult(
            text=f"Every open lead was contacted in the last {count(days, 'day')}. Nothing to chase."
        )
    verb = "has" if page.total == 1 else "have"
    headline = (
        f"**{count(page.total, 'open lead')}** {verb} had no contact for more than {count(days, 'day')}:"
    )
    listed = lead_table(page.rows, user=ctx.user, with_owner=ctx.user.has_perm("crm.view_all_leads"))
    return SkillResult(
        text=f"{headline}\n\n{listed}{and_more(page.total, len(page.rows))}",
        citations=[citation(row) for row in page.rows],
    )
