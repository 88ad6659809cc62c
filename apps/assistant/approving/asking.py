"""Asking a person: what must be agreed to waits for a decision, and is looked at again before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.assistant.approving import grants, notifying
from apps.assistant.approving.keys import ATTEMPT, attempt_of, next_key
from apps.assistant.approving.policies import Ruling, ruling_in
from apps.assistant.approving.question import Question, is_weighed, weigh
from apps.assistant.approving.rechecking import refusal
from apps.assistant.approving.selectors import approval_card
from apps.assistant.approving.touching import changed_since, warnings_of
from apps.assistant.choices import ApprovalReason, ApprovalStatus, DecidedVia
from apps.assistant.models import Approval, RunStep
from apps.assistant.toolkit import Tool, ToolError, Touched
from apps.audit import services as audit

if TYPE_CHECKING:
    from apps.assistant.running.turn import Turn


@dataclass(frozen=True)
class Decision:
    """Whether a call may be made. `arguments` are the edited ones, when the approver changed them."""

    granted: bool
    sentence: str = ""
    arguments: dict[str, Any] | None = None


def decision_on(turn: Turn, step: RunStep, tool: Tool) -> Decision | None:
    """Whether a call may be made, or None when a person was asked and has not answered yet."""
    ruling = ruling_in(turn, tool)
    is_uncertain = tool.external and not tool.read_only and step.attempts > 0
    if not is_uncertain and not is_weighed(tool, step.arguments, ruling):
        return Decision(True)
    key = f"{step.key}{ATTEMPT}{step.attempts}" if is_uncertain else step.key
    asked = _latest(turn, key)
    try:
        if asked is None:
            return _ask(turn, step, tool, ruling, key, is_uncertain=is_uncertain)
        return _read(turn, step, tool, ruling, asked)
    except ToolError as error:
        return Decision(False, error.detail)


def _latest(turn: Turn, key: str) -> Approval | None:
    """The last question about this attempt at the step: what changed meanwhile was asked about again."""
    found = Approval.objects.filter(run=turn.run, step_key__startswith=key).select_related("decided_by")
    same = [approval for approval in found if attempt_of(approval.step_key) == key]
    return max(same, key=lambda approval: approval.created_at, default=None)


def _ask(
    turn: Turn, step: RunStep, tool: Tool, ruling: Ruling, key: str, *, is_uncertain: bool
) -> Decision | None:
    question = weigh(
        run=turn.run, step_id=step.pk, tool=tool, arguments=step.arguments, ruling=ruling, mode=turn.mode
    )
    fields = _fields(turn, step, tool, key, question)
    if is_uncertain:
        fields["reason"] = ApprovalReason.UNCERTAIN
        fields["summary"] = _again(step)
    elif not question.is_needed:
        return Decision(True)
    with transaction.atomic():
        if not is_uncertain and question.is_grantable and _by_grant(turn, tool, question, fields):
            return Decision(True)
        approval = Approval.objects.create(**fields)
        turn.stream.emit("approval.requested", approval=approval_card(approval))
        notifying.tell(approval)
    return None


def _fields(turn: Turn, step: RunStep, tool: Tool, key: str, question: Question) -> dict[str, Any]:
    return {
        "run": turn.run,
        "step_key": key,
        "tool": tool.name,
        "arguments": step.arguments,
        "summary": (question.preview.title or step.summary.rstrip(" …"))[:300],
        "risk": tool.risk,
        "department": turn.run.department,
        "expires_at": timezone.now() + timedelta(hours=settings.ASSISTANT["APPROVAL_HOURS"]),
        **question.fields(),
    }


def _again(step: RunStep) -> str:
    line = step.summary.rstrip(" …")
    question = _("%(line)s: this was interrupted and may already have happened. Do it again?")
    return (question % {"line": line})[:300]


def _by_grant(turn: Turn, tool: Tool, question: Question, fields: dict[str, Any]) -> bool:
    """Whether a pre-approval covers the call; its use is kept as an approval like any other."""
    grant = grants.consume(
        tool=tool,
        user=turn.user,
        arguments=fields["arguments"],
        amount=question.preview.amount,
        currency=question.preview.currency,
        four_eyes=question.four_eyes,
    )
    if grant is None:
        return False
    approval = Approval.objects.create(
        **fields, status=ApprovalStatus.APPROVED, decided_by=grant.granted_by, decided_at=timezone.now(),
        decided_via=DecidedVia.GRANT, grant=grant,
    )  # fmt: skip
    details = {"tool": tool.name, "grant": str(grant.pk), "use": grant.uses, "of": grant.max_uses}
    audit.record(action="assistant.approval.approved", obj=approval, details=details)
    return True


def _read(turn: Turn, step: RunStep, tool: Tool, ruling: Ruling, approval: Approval) -> Decision | None:
    if approval.status == ApprovalStatus.PENDING:
        return None
    if approval.status == ApprovalStatus.EXPIRED:
        return Decision(False, _("Nobody decided in time, so it was not done."))
    if approval.status == ApprovalStatus.REJECTED:
        note = f": {approval.note}" if approval.note else "."
        return Decision(False, f"{approval.decided_by} declined this{note}")
    if sentence := refusal(turn.user, tool, ruling, approval):
        return Decision(False, sentence)
    if changed := changed_since(approval.touches, turn.run.pk):
        _ask_anew(turn, step, tool, ruling, approval, changed)
        return None
    return Decision(True, arguments=approval.decided_arguments)


def _ask_anew(
    turn: Turn, step: RunStep, tool: Tool, ruling: Ruling, approval: Approval, changed: list[Touched]
) -> None:
    """The same question with a fresh look, because what it is about is no longer what was agreed to."""
    step.arguments = approval.decided_arguments or approval.arguments
    step.save(update_fields=["arguments", "updated_at"])
    question = weigh(
        run=turn.run, step_id=step.pk, tool=tool, arguments=step.arguments, ruling=ruling, mode=turn.mode
    )
    question.preview.warnings[:0] = warnings_of(approval, changed, question.preview)
    fields = _fields(turn, step, tool, next_key(approval.step_key), question)
    fields["reason"] = ApprovalReason.CHANGED
    with transaction.atomic():
        again = Approval.objects.create(**fields)
        turn.stream.emit("approval.requested", approval=approval_card(again))
        notifying.tell(again)
