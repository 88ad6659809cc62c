"""Leads that nobody speaks to."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import DaysSlot
from apps.crm.tools import find_stale_leads, summarise_stale_leads
from apps.crm.wording import and_more, capped, citation, count, lead_table, sums_tables

SHOWN = 20
DEFAULT_DAYS = 14


class Slots(BaseModel):
    """For how long."""

    days: DaysSlot | None = None


@skill("stale_leads", slots=Slots)
def stale_leads(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The longest silence first; only sums for those who may not see rows."""
    days = DEFAULT_DAYS if slots.days is None else slots.days
    if not ctx.user.has_perm("crm.view_lead"):
        summary = ctx.call(summarise_stale_leads, days=days)
        tables = sums_tables(summary) if summary.total.count else ""
        return SkillResult(text=f"{headline(summary.total.count, days)}\n\n{tables}".strip())
    page = ctx.call(find_stale_leads, days=days, limit=SHOWN)
    if not page.total:
        return SkillResult(text=headline(0, days))
    listed = lead_table(page.rows, user=ctx.user, with_owner=ctx.user.has_perm("crm.view_all_leads"))
    more = and_more(page.total, len(page.rows), is_capped=page.is_capped)
    return SkillResult(
        text=f"{headline(page.total, days, is_capped=page.is_capped)}\n\n{listed}{more}",
        citations=[citation(row) for row in page.rows],
    )


def headline(total: int, days: int, *, is_capped: bool = False) -> str:
    """How many leads wait for how long."""
    if not total:
        return f"Every open lead was contacted in the last {count(days, 'day')}. Nothing to chase."
    verb = "has" if total == 1 else "have"
    many = capped(total, is_capped, "open lead")
    return f"**{many}** {verb} had no contact for more than {count(days, 'day')}:"
