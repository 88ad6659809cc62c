"""What a person does with the outbox: send again, or stop."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, Forbidden, NotFound
from apps.integrations import credentials
from apps.integrations.choices import DispatchKind, DispatchStatus, Provider
from apps.integrations.errors import NotConnected
from apps.integrations.models import Dispatch
from apps.integrations.outbox.claiming import log_mail
from apps.integrations.outbox.payloads import is_confidential, without_words
from apps.integrations.outbox.writing import ring

#: What can be sent again, and what can be stopped.
RETRIED = frozenset({DispatchStatus.FAILED, DispatchStatus.KEPT})
STOPPED = frozenset({DispatchStatus.QUEUED})


@transaction.atomic
def retry(*, actor: User, dispatch: Dispatch) -> Dispatch:
    """Send what failed or was kept. What it has done so far counts: nothing is sent a second time.

    Raises `Conflict` when it is in any other state, `NotConnected`, `Forbidden`, `NotFound`.
    """
    current = _locked(actor, dispatch)
    if current.status not in RETRIED:
        raise Conflict("Only what failed or was kept can be sent again.")
    if is_confidential(current):
        raise Conflict("Its words were for its recipient alone and are gone: it cannot be sent again.")
    provider = Provider.FCM if current.kind == DispatchKind.PUSH else Provider.MICROSOFT
    if not credentials.is_connected(provider):
        raise NotConnected("There is no connection to send it with yet.")
    if current.kind == DispatchKind.TEAMS:
        # A person has looked into the channel, and wants it there.
        current.marks = {}
    current.status, current.error, current.attempts, current.not_before = DispatchStatus.QUEUED, "", 0, None
    current.save(update_fields=["status", "error", "attempts", "not_before", "marks", "updated_at"])
    log_mail(current)
    audit.record(action="integrations.dispatch.retried", obj=current, actor=actor)
    ring(current)
    return current


@transaction.atomic
def cancel(*, actor: User, dispatch: Dispatch) -> Dispatch:
    """Stop what has not begun to be sent. Raises `Conflict`, `Forbidden`, `NotFound`."""
    current = _locked(actor, dispatch)
    if current.status not in STOPPED or current.marks.get("begun"):
        raise Conflict("It can be stopped only while it waits; this one is being sent or has ended.")
    current.status = DispatchStatus.CANCELLED
    current.error = f"Stopped by {actor.name or actor.email}."
    current.payload = without_words(current)
    current.save(update_fields=["status", "error", "payload", "updated_at"])
    log_mail(current)
    audit.record(action="integrations.dispatch.cancelled", obj=current, actor=actor)
    return current


def _locked(actor: User, dispatch: Dispatch) -> Dispatch:
    visible = Dispatch.objects.visible_to(actor).filter(pk=dispatch.pk)
    if not visible.exists():
        raise NotFound("There is no such dispatch.")
    if not actor.has_perm("integrations.change_dispatch"):
        raise Forbidden("You may look at the outbox, but not change it.")
    return Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
