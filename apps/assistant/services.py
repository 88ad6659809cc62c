"""The doors of the engine: start a run, stop it, decide on an approval."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from pydantic import ValidationError

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.choices import ApprovalStatus, RunStatus, Trigger
from apps.assistant.models import Approval, Run
from apps.assistant.running.finishing import cancel_unclaimed, ring_next
from apps.assistant.tasks import execute_run
from apps.assistant.toolkit import tools
from apps.audit import services as audit
from apps.audit.context import current
from apps.conversations import services as conversations
from apps.conversations.choices import Channel
from apps.conversations.models import Conversation
from apps.core.errors import Conflict, Forbidden, Invalid

RING_AGAIN_AFTER = timedelta(seconds=5)
SWEEP_LIMIT = 500


@transaction.atomic
def start_run(
    *,
    user: User,
    body: str,
    conversation: Conversation | None = None,
    attachments: Iterable[Artifact] = (),
    agent: str = "",
    trigger: str = Trigger.CHAT,
    channel: str = Channel.CHAT,
    external_message_id: str = "",
    raw_payload: Mapping[str, Any] | None = None,
    ring: bool = True,
) -> Run:
    """Keep the message and queue a run that answers it; a worker is rung when the transaction commits.

    A repeated `external_message_id` returns the run that is there. Raises `Forbidden` without the right to
    use the assistant, `Invalid` for an unknown agent or an empty message.
    """
    if not user.has_perm("assistant.use_assistant"):
        raise Forbidden("You do not have access to the assistant.")
    if agent and agent not in agents():
        names = ", ".join(agents())
        raise Invalid(f"There is no agent named {agent!r}. Agents: {names}.", code="unknown_agent")
    message = conversations.receive(
        user=user,
        body=body,
        conversation=conversation,
        channel=channel,
        attachments=attachments,
        agent=agent,
        external_message_id=external_message_id,
        raw_payload=raw_payload,
    )
    if message.run_id is not None:
        return Run.objects.get(pk=message.run_id)
    run = Run.objects.create(
        conversation=message.conversation,
        message=message,
        user=user,
        department=user.department_slug,
        trigger=trigger,
        requested_agent=agent,
        correlation_id=current().correlation_id,
    )
    message.run_id = run.pk
    message.save(update_fields=["run_id", "updated_at"])
    if ring:
        transaction.on_commit(lambda: execute_run.delay(str(run.pk)), robust=True)
    return run


@transaction.atomic
def cancel_run(*, run: Run, user: User) -> Run:
    """Stop a run. A running one stops within a second in its worker; raises `Conflict` when it is over."""
    held = Run.objects.select_for_update(no_key=True).select_related("conversation").get(pk=run.pk)
    if held.user_id != user.pk and not user.has_perm("assistant.view_all_runs"):
        raise Forbidden("Only the person who started a run may stop it.")
    if held.status not in {RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING_APPROVAL}:
        raise Conflict(f"The run is already {held.get_status_display().lower()}.", code="run_finished")
    held.cancel_requested = True
    held.save(update_fields=["cancel_requested", "updated_at"])
    abandoned = held.lease_expires_at is None or held.lease_expires_at < timezone.now()
    if held.status != RunStatus.RUNNING or abandoned:
        cancel_unclaimed(held)
        held.refresh_from_db()
        ring_next(held)
    return held


@transaction.atomic
def decide(
    *,
    approval: Approval,
    user: User,
    decision: str,
    arguments: Mapping[str, Any] | None = None,
    note: str = "",
) -> Approval:
    """Answer an approval, once. `arguments` replace the proposed ones after the tool's own validation.

    Raises `Conflict` for a second decision or an expired question, `Forbidden` when the decider may not use
    the tool, `Invalid` for arguments that the tool refuses.
    """
    held = Approval.objects.select_for_update(of=("self",)).select_related("run__user").get(pk=approval.pk)
    if held.status != ApprovalStatus.PENDING:
        by = f" by {held.decided_by}" if held.decided_by else ""
        raise Conflict(f"This was already {held.get_status_display().lower()}{by}.", code="already_decided")
    if held.expires_at < timezone.now():
        raise Conflict("This question has expired.", code="expired")
    tool = tools.get(held.tool)
    if tool is None or not tool.allowed(user):
        raise Forbidden("You may not decide this: you do not have the right to do it yourself.")
    held.status = ApprovalStatus.APPROVED if decision == "approve" else ApprovalStatus.REJECTED
    held.decided_by, held.decided_at, held.note = user, timezone.now(), note
    if arguments is not None and held.status == ApprovalStatus.APPROVED:
        held.decided_arguments = _validated(tool, arguments)
    held.save()
    audit.record(
        action=f"assistant.approval.{held.status}",
        obj=held,
        actor=user,
        details={"tool": held.tool, "note": note, "diff": _diff(held)},
    )
    _resume(held.run_id)
    return held


def sweep() -> int:
    """Expire old questions; ring for queued runs nobody took and for runs whose worker died."""
    _expire_approvals()
    now = timezone.now()
    waiting = Q(status=RunStatus.QUEUED, updated_at__lt=now - RING_AGAIN_AFTER)
    orphaned = Q(status=RunStatus.RUNNING, lease_expires_at__lt=now)
    found = Run.objects.filter(waiting | orphaned).order_by("created_at").values_list("pk", flat=True)
    pks = list(found[:SWEEP_LIMIT])
    for pk in pks:
        execute_run.delay(str(pk))
    return len(pks)


def _expire_approvals() -> None:
    overdue = Approval.objects.pending().filter(expires_at__lt=timezone.now())
    for approval in overdue.order_by("expires_at")[:SWEEP_LIMIT]:
        with transaction.atomic():
            changed = Approval.objects.filter(pk=approval.pk, status=ApprovalStatus.PENDING).update(
                status=ApprovalStatus.EXPIRED, updated_at=timezone.now()
            )
            if changed:
                audit.record(action="assistant.approval.expired", obj=approval)
                _resume(approval.run_id)


def _resume(run_id: UUID) -> None:
    """Queue a parked run once nothing of it is open any more."""
    if Approval.objects.filter(run_id=run_id, status=ApprovalStatus.PENDING).exists():
        return
    resumed = Run.objects.filter(pk=run_id, status=RunStatus.WAITING_APPROVAL).update(
        status=RunStatus.QUEUED, updated_at=timezone.now()
    )
    if resumed:
        transaction.on_commit(lambda: execute_run.delay(str(run_id)), robust=True)


def _validated(tool: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        model = tool.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        errors = {".".join(map(str, item["loc"])): [item["msg"]] for item in error.errors()}
        raise Invalid(
            "The edited arguments are not valid.", code="invalid_arguments", errors=errors
        ) from error
    dumped: dict[str, Any] = model.model_dump(mode="json")
    return dumped


def _diff(approval: Approval) -> str:
    """Unified diff of edited arguments, "" when they were taken as proposed."""
    if approval.decided_arguments is None:
        return ""
    proposed, approved = (
        json.dumps(side, indent=2, sort_keys=True, ensure_ascii=False).splitlines()
        for side in (approval.arguments, approval.decided_arguments)
    )
    return "\n".join(difflib.unified_diff(proposed, approved, "proposed", "approved", lineterm=""))
