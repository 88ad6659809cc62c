"""Sending what was claimed, and saying how it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.choices import Source
from apps.audit.context import acting
from apps.core.db import release_connection
from apps.core.errors import DomainError, Unavailable
from apps.integrations.choices import DispatchKind, DispatchStatus
from apps.integrations.errors import NotConnected, Throttled
from apps.integrations.models import Dispatch
from apps.integrations.outbox import mails, others
from apps.integrations.outbox.claiming import Claim, LostLease, claim, due
from apps.integrations.outbox.kept import keep_mail
from apps.integrations.outbox.payloads import PushPayload, is_confidential
from apps.integrations.outbox.telling import tell, untold
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify

log = structlog.get_logger(__name__)

DELIVER: dict[str, Callable[[Claim], str]] = {
    DispatchKind.MAIL: mails.deliver,
    DispatchKind.EVENT: others.deliver_event,
    DispatchKind.TEAMS: others.deliver_teams,
    DispatchKind.PUSH: others.deliver_push,
}
#: How long a service may keep putting us off.
PATIENCE = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
SWEEP_LIMIT = 200
NOT_KEPT = "It holds a link for its recipient alone, so no file of it was kept."


def deliver(dispatch_id: UUID) -> str:
    """Send one dispatch if it is due; returns how it stands afterwards, "" when there was nothing to do."""
    mine = claim(dispatch_id)
    if mine is None:
        return ""
    release_connection()
    dispatch = mine.dispatch
    with acting(actor=dispatch.user, source=Source.SYSTEM):
        try:
            _deliver(mine)
        except LostLease:
            log.warning("outbox.lease_lost", dispatch=str(dispatch_id))
            return ""
    dispatch.refresh_from_db()
    if dispatch.status == DispatchStatus.SENT:
        tell(dispatch)
    return dispatch.status


def sweep() -> int:
    """Ring for what nobody rang for or whose worker died, and tell what was not told; returns how many."""
    from apps.integrations.tasks import deliver as ring

    waiting = Dispatch.objects.filter(due(timezone.now()), status__in=["queued", "sending"])
    keys = list(waiting.order_by("created_at").values_list("pk", flat=True)[:SWEEP_LIMIT])
    for key in keys:
        ring.delay(str(key))
    for dispatch in untold(limit=SWEEP_LIMIT):
        tell(dispatch)
    return len(keys)


def _deliver(mine: Claim) -> None:
    dispatch = mine.dispatch
    if dispatch.attempts > settings.INTEGRATIONS["MAX_ATTEMPTS"]:
        mine.end(DispatchStatus.FAILED, error=dispatch.error or "Sending broke off again and again.")
        return
    try:
        external_id = DELIVER[dispatch.kind](mine)
    except LostLease:
        raise
    except NotConnected as error:
        keep(mine, error.detail)
    except Throttled as error:
        _put_off(mine, error)
    except Unavailable as error:
        _again(mine, error.detail)
    except DomainError as error:
        mine.end(DispatchStatus.FAILED, error=error.detail)
    except Exception:
        log.exception("outbox.crashed", dispatch=str(dispatch.pk))
        _again(mine, "Something went wrong in sending. It will be tried again.")
    else:
        mine.end(DispatchStatus.SENT, external_id=external_id[:512], sent_at=timezone.now())


def keep(mine: Claim, reason: str) -> None:
    """Nothing to send it with: a mail stays as a file, a push message as a notice; others cannot wait."""
    dispatch = mine.dispatch
    if is_confidential(dispatch):
        mine.end(DispatchStatus.FAILED, error=f"{reason} {NOT_KEPT}")
    elif dispatch.kind == DispatchKind.MAIL:
        with transaction.atomic():
            mine.end(DispatchStatus.KEPT, error=reason, artifact=keep_mail(dispatch))
    elif dispatch.kind == DispatchKind.PUSH:
        with transaction.atomic():
            give_notice(dispatch)
            mine.end(DispatchStatus.KEPT, error=reason)
    else:
        mine.end(DispatchStatus.FAILED, error=reason)


def give_notice(dispatch: Dispatch) -> None:
    """What would have been pushed, as a notice in the house."""
    given = PushPayload.model_validate(dispatch.payload)
    recipient = User.objects.get(pk=given.recipient)
    notify(
        recipient=recipient, kind=NoticeKind.OTHER, title=given.title, body=given.body, url=given.url,
        key=f"push:{dispatch.key}",
    )  # fmt: skip


def _put_off(mine: Claim, error: Throttled) -> None:
    now = timezone.now()
    if now - mine.dispatch.created_at > PATIENCE:
        mine.end(DispatchStatus.FAILED, error="The service was busy for a whole day.")
        return
    mine.later(at=now + timedelta(seconds=error.seconds), error=error.detail, free=True)


def _again(mine: Claim, detail: str) -> None:
    tried = mine.dispatch.attempts
    if tried >= settings.INTEGRATIONS["MAX_ATTEMPTS"]:
        mine.end(DispatchStatus.FAILED, error=f"{detail} It was tried {tried} times.")
        return
    pause = min(FIRST_PAUSE * 2 ** (tried - 1), LONGEST_PAUSE)
    mine.later(at=timezone.now() + pause, error=detail)
