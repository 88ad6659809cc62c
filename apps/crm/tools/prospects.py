"""Tools about people and companies that are not leads yet."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.models import RunStep
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.crm import duplicates
from apps.perception.web.linkedin.prospects import Prospect

#: Prospects that are compared with the leads at once.
MOST = 50
SKILL = "linkedin_prospecting"


class CheckedProspect(BaseModel):
    """A prospect, and the lead that may be the same: `score` 100 is certain, 0 is none.

    Without citation the lead is a colleague's.
    """

    prospect: Prospect
    score: int = 0
    reason: str = ""
    citation: Citation | None = None


@tool(
    permission="crm.view_lead",
    read_only=True,
    second_hand=True,
    summary="Comparing with the leads that are there …",
)
def check_prospects(ctx: ToolContext, *, prospects: list[Prospect]) -> list[CheckedProspect]:
    """For each of up to 50 prospects, the lead that is likeliest the same. Do this before adding leads."""
    return [_checked(ctx, prospect) for prospect in prospects[:MOST]]


@tool(permission="crm.view_lead", read_only=True, untrusted=True, summary="Looking up the list from before …")
def recall_prospects(ctx: ToolContext) -> list[Prospect]:
    """The prospects that were listed last in this conversation, in their order; empty when there are none."""
    step = (
        RunStep.objects.visible_to(ctx.user)
        .filter(run__conversation=ctx.conversation, kind=StepKind.SKILL, name=SKILL, status=StepStatus.DONE)
        .exclude(run_id=ctx.run_id)
        .order_by("-started_at")
        .first()
    )
    data: dict[str, Any] = ((step.result or {}).get("data") or {}) if step else {}
    try:
        return [Prospect.model_validate(row) for row in data.get("prospects", [])]
    except ValidationError:
        return []


def _checked(ctx: ToolContext, prospect: Prospect) -> CheckedProspect:
    found = duplicates.find_duplicates(
        user=ctx.user,
        company=prospect.company,
        contact=prospect.person,
        email=prospect.email,
        phone=prospect.phone,
        limit=1,
    )
    if not found:
        return CheckedProspect(prospect=prospect)
    known = found[0]
    citation = (
        Citation(kind="crm.lead", id=str(known.id), label=known.label, url=known.url) if known.id else None
    )
    return CheckedProspect(
        prospect=prospect, score=known.score, reason="; ".join(known.reasons), citation=citation
    )
