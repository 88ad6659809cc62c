"""Writes: an evaluation is asked for, a correction becomes a case."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.assistant.choices import ApprovalStatus, CaseOrigin, EvaluationStatus
from apps.assistant.evaluation import running
from apps.assistant.models import AgentVersion, Approval, Evaluation, EvaluationCase
from apps.audit import services as audit
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.llm import services as llm


@transaction.atomic
def ask_for_evaluation(
    *, actor: User, mode: str = running.OFFLINE, versions: tuple[AgentVersion, ...] = ()
) -> Evaluation:
    """Queue an evaluation of the published agents, or of the given versions in their place.

    Raises `Forbidden` without the right, `Conflict` while another one is under way, `Invalid` for a mode that
    is not there.
    """
    if not actor.has_perm("assistant.view_evaluation"):
        raise Forbidden("You may not evaluate the agents.")
    if mode not in {running.OFFLINE, llm.active_mode()}:
        raise Invalid(f"There is no model for the mode {mode!r} here.", code="unknown_mode")
    open_states = (EvaluationStatus.QUEUED, EvaluationStatus.RUNNING)
    if Evaluation.objects.filter(status__in=open_states, mode=mode).exists():
        raise Conflict("An evaluation in this mode is under way. Please wait for it.", code="under_way")
    evaluation = running.start(mode=mode, started_by=actor, agent_versions=versions)
    audit.record(action="assistant.evaluation.requested", obj=evaluation, actor=actor, details={"mode": mode})
    from apps.assistant.tasks import run_evaluation

    transaction.on_commit(lambda: run_evaluation.delay(str(evaluation.pk)), robust=True)
    return evaluation


@transaction.atomic
def case_from_approval(*, approval: Approval, actor: User) -> EvaluationCase:
    """A case out of what a person corrected: the same message has to lead to the call as it was approved.

    Raises `Invalid` for an approval that nobody edited, `Forbidden` without the right, `Conflict` when there
    is a case already.
    """
    if not actor.has_perm("assistant.add_evaluationcase"):
        raise Forbidden("You may not add cases.")
    held = Approval.objects.select_for_update(of=("self",)).select_related("run__message").get(pk=approval.pk)
    if held.status != ApprovalStatus.APPROVED or not held.decided_arguments:
        raise Invalid("Only an approval that was edited and approved becomes a case.", code="not_edited")
    if EvaluationCase.objects.filter(approval=held).exists():
        raise Conflict("There is a case of this approval already.", code="case_exists")
    case = EvaluationCase.objects.create(
        key=f"approval-{held.pk.hex[-12:]}",
        title=f"{held.summary} (as approved)"[:200],
        message=held.run.message.body,
        role=_role(held.run.user),
        requested_agent=held.run.requested_agent,
        agent=held.run.agent,
        skill=held.run.skill,
        tools=[held.tool],
        expected_arguments={held.tool: _edited(held)},
        modes=[held.run.mode] if held.run.mode else [],
        tags=["corrections", slugify(held.tool)],
        origin=CaseOrigin.APPROVAL,
        approval=held,
    )
    audit.record(action="assistant.case.added", obj=case, actor=actor, details={"approval": str(held.pk)})
    return case


def _edited(approval: Approval) -> dict[str, Any]:
    """The arguments that the person changed, as approved: the rest depends on rows of that day."""
    approved = approval.decided_arguments or {}
    return {name: value for name, value in approved.items() if approval.arguments.get(name) != value}


def _role(user: User) -> str:
    return next(iter(user.roles), "staff")
