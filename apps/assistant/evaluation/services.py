"""Writes: an evaluation is asked for, a correction becomes a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.choices import ApprovalStatus, CaseOrigin, EvaluationStatus
from apps.assistant.evaluation import running
from apps.assistant.models import AgentVersion, Approval, Evaluation, EvaluationCase
from apps.audit import services as audit
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.llm import services as llm

#: An arbitrary number that stands for "asking for an evaluation" among PostgreSQL's advisory locks.
LOCK_KEY = 0x6576616C
#: Beyond the time that one case may take: its worker died.
SPARE = timedelta(minutes=2)
#: Nobody has taken it by then: its ring may be lost, and another one does no harm.
RING_AGAIN_AFTER = timedelta(minutes=10)


@transaction.atomic
def ask_for_evaluation(
    *, actor: User, mode: str = running.OFFLINE, versions: tuple[AgentVersion, ...] = ()
) -> Evaluation:
    """Queue an evaluation of the published agents, or of the given versions in their place.

    Raises `Forbidden` without the right, `Conflict` while another one is under way, `Invalid` for a mode that
    is not there.
    """
    if not actor.has_perm("assistant.view_evaluation"):
        raise Forbidden(_("You may not evaluate the agents."))
    if mode not in {running.OFFLINE, llm.active_mode()}:
        raise Invalid(
            _("There is no model for the mode %(mode)s here.") % {"mode": mode}, code="unknown_mode"
        )
    if mode not in modes_for(actor):
        raise Forbidden(_("You may not spend money on an evaluation with this model."))
    _wait_for_others_who_ask()
    if Evaluation.objects.filter(status__in=running.UNDER_WAY, mode=mode).exists():
        raise Conflict(_("An evaluation in this mode is under way. Please wait for it."), code="under_way")
    evaluation = running.start(mode=mode, started_by=actor, agent_versions=versions)
    audit.record(action="assistant.evaluation.requested", obj=evaluation, actor=actor, details={"mode": mode})
    _ring(evaluation)
    return evaluation


def modes_for(person: User) -> list[str]:
    """In which modes the person may evaluate: without a model, and with the one in use for those who publish
    agents, because it costs money.
    """
    spends = person.has_perm("assistant.publish_agentversion") or person.has_perm("assistant.add_evaluation")
    return list(dict.fromkeys([running.OFFLINE, *([llm.active_mode()] if spends else [])]))


def may_stop(evaluation: Evaluation, person: User) -> bool:
    """Whoever asked for it, or an administrator, while it is under way."""
    mine = evaluation.started_by_id == person.pk or person.has_perm("assistant.add_evaluation")
    return mine and evaluation.status in running.UNDER_WAY


@transaction.atomic
def stop_evaluation(*, actor: User, evaluation: Evaluation) -> None:
    """End an evaluation; what was played stays. Raises `Forbidden`, or `Conflict` when it is over."""
    held = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if held.status not in running.UNDER_WAY:
        raise Conflict(_("This evaluation is over already."), code="over")
    if not may_stop(held, actor):
        raise Forbidden(_("Only the person who asked for this evaluation may stop it."))
    running.close(held, _("Stopped by %(who)s.") % {"who": actor})
    audit.record(action="assistant.evaluation.stopped", obj=held, actor=actor)


def sweep() -> int:
    """See to evaluations that no worker is at any more; returns how many.

    They go on with the cases that were not played. One that stands still at the same case again is closed, as
    is one that was started in a terminal: nobody waits for it.
    """
    now = timezone.now()
    limit = timedelta(seconds=settings.ASSISTANT["REHEARSAL_SECONDS"]) + SPARE
    dead = Q(status=EvaluationStatus.RUNNING, updated_at__lt=now - limit)
    lost = Q(status=EvaluationStatus.QUEUED, updated_at__lt=now - RING_AGAIN_AFTER)
    found = list(Evaluation.objects.filter(dead | lost).values_list("pk", flat=True))
    for pk in found:
        _take_up(pk, dead | lost)
    return len(found)


@transaction.atomic
def _take_up(pk: UUID, condition: Q) -> None:
    held = (
        Evaluation.objects.select_for_update(of=("self",), skip_locked=True).filter(condition, pk=pk).first()
    )
    if held is None:
        return
    if held.status == EvaluationStatus.QUEUED:
        Evaluation.objects.filter(pk=pk).update(updated_at=timezone.now())
        _ring(held)
        return
    done = held.results.count()
    what = f"The worker stopped after {done} of {held.total} cases."
    if held.started_by_id is None or held.error == what:
        running.close(held, what)
        return
    Evaluation.objects.filter(pk=pk).update(
        status=EvaluationStatus.QUEUED, error=what, updated_at=timezone.now()
    )
    _ring(held)


def _wait_for_others_who_ask() -> None:
    """Two people who ask at once are seen one after the other; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])


def _ring(evaluation: Evaluation) -> None:
    from apps.assistant.tasks import run_evaluation

    transaction.on_commit(lambda: run_evaluation.delay(str(evaluation.pk)), robust=True)


@transaction.atomic
def case_from_approval(*, approval: Approval, actor: User) -> EvaluationCase:
    """A case out of what a person corrected: the same message has to lead to the call as it was approved.

    Raises `Invalid` for an approval that nobody edited, `Forbidden` without the right, `Conflict` when there
    is a case already.
    """
    if not actor.has_perm("assistant.add_evaluationcase"):
        raise Forbidden(_("You may not add cases."))
    held = Approval.objects.select_for_update(of=("self",)).select_related("run__message").get(pk=approval.pk)
    if held.status != ApprovalStatus.APPROVED or not held.decided_arguments:
        raise Invalid(_("Only an approval that was edited and approved becomes a case."), code="not_edited")
    if EvaluationCase.objects.filter(approval=held).exists():
        raise Conflict(_("There is a case of this approval already."), code="case_exists")
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
