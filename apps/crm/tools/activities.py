"""Tools that write down what happened with a lead, and what is to be done."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.crm.choices import ActivityKind
from apps.crm.services.activities import log_activity as keep_activity
from apps.crm.services.tasks import add_task as keep_task
from apps.crm.tools.answers import FoundLead, found_lead, lead_of


class AddedTask(BaseModel):
    """A task that was added, and the lead it is about."""

    id: str
    title: str
    due_at: datetime
    lead: FoundLead


@tool(permission="crm.add_activity", second_hand=True, summary="Writing down what happened …")
def log_activity(
    ctx: ToolContext,
    *,
    lead_id: str,
    kind: ActivityKind,
    note: str = "",
    subject: str = "",
    at: datetime | None = None,
) -> FoundLead:
    """Keep a call, mail, meeting or message of the user with a lead, or a note about it, now or at an earlier
    time (with time zone). A new lead that was spoken to becomes a contacted one.
    """
    require_zone(at)
    activity = keep_activity(
        actor=ctx.user,
        subject=lead_of(ctx, lead_id),
        kind=kind,
        at=at,
        note=note,
        subject_line=subject,
        run_id=ctx.run_id,
    )
    assert activity.lead is not None, "it was kept about a lead"
    return found_lead(activity.lead, ctx)


@tool(permission="crm.add_task", second_hand=True, summary="Adding the task {title} …")
def add_task(
    ctx: ToolContext,
    *,
    lead_id: str,
    title: str,
    due_at: datetime,
    remind_at: datetime | None = None,
    note: str = "",
) -> AddedTask:
    """Add something that the user promises to do for a lead until a time (with time zone), with a reminder if
    wanted.
    """
    require_zone(due_at, remind_at)
    lead = lead_of(ctx, lead_id)
    task = keep_task(actor=ctx.user, subject=lead, title=title, due_at=due_at, remind_at=remind_at, note=note)
    return AddedTask(id=str(task.pk), title=task.title, due_at=task.due_at, lead=found_lead(lead, ctx))


def require_zone(*moments: datetime | None) -> None:
    """Raises `ToolError` for a moment that could be several."""
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        raise ToolError("The time needs its time zone.")
