"""Move a lead to another stage."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.core.markdown import escape
from apps.crm.choices import LeadStatus, LostReason
from apps.crm.skills.lead_name import LeadNameSlot
from apps.crm.skills.meant import meant_lead
from apps.crm.tools import move_lead_stage
from apps.crm.wording import citation

StageSlot = Annotated[
    str,
    SlotSpec(
        "choice",
        "To which stage?",
        (
            ("contacted", ("spoken to",)),
            ("qualified", ()),
            ("proposal", ("quote", "offer")),
            ("closed_won", ("won", "signed")),
            ("closed_lost", ("lost", "lose")),
            ("new", ()),
        ),
    ),
    Field(description="The stage to move the lead to."),
]
ReasonSlot = Annotated[
    str,
    SlotSpec(
        "choice",
        "Why was it lost?",
        (
            ("price", ("expensive", "cost", "costs")),
            ("competitor", ("competition", "another provider")),
            ("no_budget", ("budget", "no money")),
            ("no_need", ("not interested", "do not need", "don't need")),
            ("no_answer", ("no reply", "never answered")),
            ("timing", ("too early", "wrong time", "not now")),
        ),
    ),
    Field(description="Why the lead was lost."),
]
#: Those that a few words can say; `other` needs a note, which the lead's page asks for.
REASONS = ("price", "competitor", "no_budget", "no_need", "no_answer", "timing")


class Slots(BaseModel):
    """Which lead, where to, and why if it was lost."""

    company: LeadNameSlot
    stage: StageSlot
    reason: ReasonSlot | None = None


@skill("move_lead", slots=Slots)
def move_lead(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Moves when it is clear which lead is meant; a lost one needs its reason."""
    row = meant_lead(ctx, slots.company)
    if isinstance(row, SkillResult):
        return row
    stage, reason = LeadStatus(slots.stage), None
    if stage == LeadStatus.CLOSED_LOST:
        if slots.reason is None:
            return SkillResult(text=_why(row.company), citations=[citation(row)])
        reason = LostReason(slots.reason)
    moved = ctx.call(move_lead_stage, lead_id=row.id, status=stage, lost_reason=reason)
    because = f" because of: {str(reason.label).lower()}" if reason else ""
    text = f"**{escape(moved.company)}** [1] went from {row.stage} to **{moved.stage}**{because}."
    return SkillResult(text=text, citations=[citation(moved)])


def _why(company: str) -> str:
    reasons = ", ".join(str(LostReason(name).label).lower() for name in REASONS)
    name = escape(company)
    example = f"Please say, for example: we lost {name} because of the price."
    return f"Why was **{name}** [1] lost: {reasons}? {example}"
