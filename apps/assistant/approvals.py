"""Asking a person: what leaves the house or destroys something waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.assistant.choices import ApprovalReason, ApprovalStatus
from apps.assistant.models import Approval, RunStep
from apps.assistant.toolkit import Tool

if TYPE_CHECKING:
    from apps.assistant.running.turn import Turn

EXPIRES_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Decision:
    """The answer to an approval. `arguments` are the edited ones, when the approver changed them."""

    granted: bool
    sentence: str = ""
    arguments: dict[str, Any] | None = None


def decision_on(turn: Turn, step: RunStep, tool: Tool, reason: str) -> Decision | None:
    """The decision on a step, or None after a person has been asked."""
    key = step.key if reason == ApprovalReason.POLICY else f"{step.key}?{step.attempts}"
    approval = Approval.objects.filter(run=turn.run, step_key=key).select_related("decided_by").first()
    if approval is None:
        approval = Approval.objects.create(
            run=turn.run, step_key=key, tool=tool.name, arguments=step.arguments, reason=reason,
            summary=_summary(step, reason), expires_at=timezone.now() + EXPIRES_AFTER,
        )  # fmt: skip
        turn.stream.emit("approval.requested", approval=approval_card(approval))
        return None
    return _read(approval)


def _read(approval: Approval) -> Decision | None:
    if approval.status == ApprovalStatus.PENDING:
        return None
    if approval.status == ApprovalStatus.APPROVED:
        return Decision(True, arguments=approval.decided_arguments)
    if approval.status == ApprovalStatus.EXPIRED:
        return Decision(False, "Nobody decided in time, so it was not done.")
    note = f": {approval.note}" if approval.note else "."
    return Decision(False, f"{approval.decided_by} declined this{note}")


def approval_card(approval: Approval) -> dict[str, Any]:
    """What a client shows of an approval."""
    return {
        "id": str(approval.pk),
        "tool": approval.tool,
        "summary": approval.summary,
        "arguments": approval.arguments,
        "reason": approval.reason,
        "status": approval.status,
        "expires_at": approval.expires_at.isoformat(),
    }


def _summary(step: RunStep, reason: str) -> str:
    line = step.summary.rstrip(" …")
    if reason == ApprovalReason.UNCERTAIN:
        return f"{line}: this was interrupted and may already have happened. Do it again?"[:300]
    return line[:300]
