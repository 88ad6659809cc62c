"""What would have left the house, or been asked for, had a rehearsal been real."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.assistant.approving.effects import why
from apps.assistant.approving.keys import step_of
from apps.assistant.choices import ApprovalStatus, DecidedVia, StepKind, StepStatus
from apps.assistant.models import Approval, Run, RunStep
from apps.assistant.toolkit import tools

Effect = dict[str, Any]


def agree(run: Run) -> None:
    """Answer all open questions of the run with yes, as nobody in particular."""
    Approval.objects.pending().filter(run=run).update(
        status=ApprovalStatus.APPROVED,
        decided_by=run.user,
        decided_at=timezone.now(),
        decided_via=DecidedVia.SYSTEM,
        updated_at=timezone.now(),
    )


def effects_of(run: Run) -> list[Effect]:
    """What a person would be asked about, or had agreed to in advance, and what leaves the house unasked."""
    asked = {step_of(approval.step_key): approval for approval in run.approvals.order_by("created_at")}
    return [
        _effect(step, asked.get(step.key))
        for step in run.steps.filter(kind=StepKind.TOOL)
        if step.key in asked or leaves_the_house(step.name)
    ]


def leaves_the_house(name: str) -> bool:
    """Whether the tool of that name has effects outside of our database."""
    tool = tools.get(name)
    return tool is not None and tool.external and not tool.read_only


def _effect(step: RunStep, approval: Approval | None) -> Effect:
    return {
        "step": step.key,
        "tool": step.name,
        "summary": (approval.summary if approval else step.summary).rstrip(" …"),
        "arguments": step.arguments,
        "preview": approval.preview if approval else {},
        "risk": approval.risk if approval else "",
        "reason": why(approval) if approval else "",
        "asked": approval is not None and approval.decided_via == DecidedVia.SYSTEM,
        "external": leaves_the_house(step.name),
        "ok": step.status == StepStatus.DONE,
        "error": step.error if step.status == StepStatus.ERROR else "",
    }
