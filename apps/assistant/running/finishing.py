"""The last word on a run: one transaction for status, answer and event."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from apps.assistant.approving.told import tell_no_more
from apps.assistant.choices import ApprovalStatus, RunStatus, StepStatus
from apps.assistant.models import Approval, Run, RunStep
from apps.assistant.running.turn import Turn
from apps.assistant.selectors import chat_response
from apps.audit import services as audit
from apps.conversations import services as conversations

log = structlog.get_logger(__name__)


def complete(turn: Turn) -> str:
    """Write the reply and complete the run."""
    turn.stream.flush()
    run = turn.run
    artifacts = list(run.artifacts.order_by("created_at"))
    with transaction.atomic():
        turn.lease.fence()
        run.reply = conversations.reply(
            conversation=run.conversation,
            body=turn.stream.text,
            run_id=run.pk,
            citations=_citations(turn),
            artifacts=artifacts,
            agent=run.agent,
        )
        run.mode = turn.mode
        _settle(run, RunStatus.COMPLETED, text=turn.stream.text)
        audit.record(
            action="assistant.run.completed",
            obj=run,
            details={"agent": run.agent, "skill": run.skill, "mode": run.mode},
        )
        turn.stream.emit("run.completed", response=chat_response(run, reader=run.user))
    log.info("run.completed", agent=run.agent, skill=run.skill, mode=run.mode)
    return run.status


def fail(turn: Turn, *, code: str, detail: str, trace: str = "") -> str:
    """Fail the run; a bug is told as a reference number, its trace stays in the row."""
    run = turn.run
    detail = detail or f"Something went wrong on our side. Reference {run.reference}."
    with transaction.atomic():
        turn.lease.fence()
        turn.stream.flush()
        run.mode = turn.mode
        _settle(
            run,
            RunStatus.FAILED,
            text=turn.stream.text,
            error_code=code,
            error_detail=detail,
            error_trace=trace,
        )
        audit.record(action="assistant.run.failed", obj=run, details={"code": code})
        turn.stream.emit("run.failed", code=code, detail=detail, reference=run.reference)
    log.warning("run.failed", code=code, reference=run.reference)
    return run.status


def cancel(turn: Turn) -> str | None:
    """Stop where it stands; what was written is kept."""
    turn.stream.flush()
    return _cancel(turn.run, turn.stream.text, epoch=turn.lease.epoch, turn=turn)


def cancel_unclaimed(run: Run) -> str | None:
    """Cancel a run that no worker is executing."""
    return _cancel(run, run.text, epoch=run.lease_epoch)


def _cancel(run: Run, text: str, *, epoch: int, turn: Turn | None = None) -> str | None:
    from apps.assistant.events import emit

    with transaction.atomic():
        held = (
            Run.objects.select_for_update(no_key=True).filter(pk=run.pk, lease_epoch=epoch).active().first()
        )
        if held is None:
            return None
        if text.strip():
            run.reply = conversations.reply(
                conversation=run.conversation, body=text, run_id=run.pk, agent=run.agent,
                citations=_citations(turn) if turn else [],
            )  # fmt: skip
        _settle(run, RunStatus.CANCELLED, text=text)
        _close_questions(run)
        audit.record(action="assistant.run.cancelled", obj=run)
        emit(run, "run.cancelled", {}, counter=turn.stream.counter if turn else None)
    return run.status


def _close_questions(run: Run) -> None:
    """Nobody answers for a run that is over."""
    pending = Approval.objects.filter(run=run, status=ApprovalStatus.PENDING)
    for pk in pending.values_list("pk", flat=True):
        tell_no_more(pk)
    pending.update(status=ApprovalStatus.EXPIRED, updated_at=timezone.now())


def _citations(turn: Turn) -> list[dict[str, Any]]:
    return [citation.model_dump() for citation in turn.citations]


def park(turn: Turn) -> str:
    """Hold nothing while a person decides. A decision that came meanwhile puts the run back at once."""
    turn.stream.flush()
    run = turn.run
    with transaction.atomic():
        turn.lease.fence()
        pending = Approval.objects.filter(run=run, status=ApprovalStatus.PENDING).exists()
        run.status = RunStatus.WAITING_APPROVAL if pending else RunStatus.QUEUED
        run.lease_expires_at = None
        run.save(update_fields=["status", "lease_expires_at", "agent", "skill", "mode", "updated_at"])
    if not pending:
        _ring(run)
    return run.status


def ring_next(run: Run) -> None:
    """Ring for the next run of the same conversation."""
    following = (
        Run.objects.filter(conversation_id=run.conversation_id, status=RunStatus.QUEUED)
        .order_by("created_at")
        .first()
    )
    if following is not None:
        _ring(following)


def _ring(run: Run) -> None:
    from apps.assistant.tasks import execute_run

    transaction.on_commit(lambda: execute_run.delay(str(run.pk)), robust=True)


def _settle(run: Run, status: RunStatus, **fields: str) -> None:
    run.status = status
    run.finished_at = timezone.now()
    run.lease_expires_at = None
    for name, value in fields.items():
        setattr(run, name, value)
    run.save()
    free = RunStep.objects.select_for_update(skip_locked=True).filter(run=run, status=StepStatus.RUNNING)
    RunStep.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        status=StepStatus.CANCELLED, finished_at=timezone.now(), updated_at=timezone.now()
    )
