"""Who deleted leads, for those who may read the audit trail."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import PeriodSlot
from apps.core.markdown import escape, table
from apps.crm.tools import list_deleted_leads
from apps.crm.wording import count, day

SHOWN = 20


class Slots(BaseModel):
    """In which days."""

    period: PeriodSlot | None = None


@skill("deleted_leads", slots=Slots)
def deleted_leads(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The latest deletions, each with who did it."""
    span = slots.period
    days = {"first": span.start, "last": span.last_day} if span else {}
    found = ctx.call(list_deleted_leads, limit=SHOWN, **days)
    when = f" from {span.period(ctx.user.timezone)}" if span else ""
    if not found.total:
        return SkillResult(text=f"Nobody deleted a lead{when}.")
    rows = [(escape(row.company, 60), escape(row.by, 60), day(row.at, ctx.user)) for row in found.rows]
    listed = table([("Lead", "left"), ("Deleted by", "left"), ("On", "left")], rows)
    more = f"\n\n… and {found.total - len(rows):,} more." if found.total > len(rows) else ""
    were = "was" if found.total == 1 else "were"
    return SkillResult(text=f"**{count(found.total, 'lead')}** {were} deleted{when}:\n\n{listed}{more}")
