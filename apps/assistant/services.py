"""The doors of the engine: start a run, stop it, decide on an approval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.approving.deciding import (
    decide,
    decide_many,
    expire_overdue,
    look_at_edit,
    wake_forgotten,
)
from apps.assistant.approving.grants import create_grant, revoke_grant
from apps.assistant.choices import RunStatus, Trigger
from apps.assistant.models import Run
from apps.assistant.running.finishing import cancel_unclaimed, ring_next
from apps.assistant.tasks import execute_run
from apps.audit.context import current
from apps.conversations import services as conversations
from apps.conversations.choices import Channel
from apps.conversations.models import Conversation
from apps.core.errors import Conflict, Forbidden, Invalid

__all__ = [
    "cancel_run", "create_grant", "decide", "decide_many", "look_at_edit", "revoke_grant", "start_run",
    "sweep",
]  # fmt: skip

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


def sweep() -> int:
    """Expire old questions; ring for queued runs nobody took and for runs whose worker died."""
    expire_overdue()
    wake_forgotten()
    now = timezone.now()
    waiting = Q(status=RunStatus.QUEUED, updated_at__lt=now - RING_AGAIN_AFTER)
    orphaned = Q(status=RunStatus.RUNNING, lease_expires_at__lt=now)
    found = Run.objects.filter(waiting | orphaned).order_by("created_at").values_list("pk", flat=True)
    pks = list(found[:SWEEP_LIMIT])
    for pk in pks:
        execute_run.delay(str(pk))
    return len(pks)
