"""Who may send: a dispatch is claimed under a lease, and a late worker with an old one is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.audit import services as audit
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.outbox.payloads import without_words


class LostLease(Exception):
    """Another worker has it now; this one must not go on."""


class Claim:
    """The right to send one dispatch until the lease ends. Its steps are marked in the row when done."""

    def __init__(self, dispatch: Dispatch) -> None:
        self.dispatch = dispatch
        self.epoch = dispatch.lease_epoch

    @property
    def is_first(self) -> bool:
        """Whether nobody has tried before: then there is nothing to look for."""
        return self.epoch == 1

    @property
    def marks(self) -> dict[str, Any]:
        """How far it has come."""
        found: dict[str, Any] = self.dispatch.marks
        return found

    def alive(self) -> None:
        """Take the lease for longer. Raises `LostLease`."""
        self._update(lease_until=lease_end())

    def mark(self, **done: Any) -> None:
        """Keep what was done, before the next step. Raises `LostLease`."""
        self.dispatch.marks = {**self.dispatch.marks, **done}
        self._update(marks=self.dispatch.marks, lease_until=lease_end())

    def end(self, status: DispatchStatus, *, error: str = "", **fields: Any) -> None:
        """Nothing more is to be done; the log of mails says the same. Raises `LostLease`."""
        with transaction.atomic():
            self._update(
                status=status, error=error, lease_until=None, not_before=None,
                payload=without_words(self.dispatch), **fields,
            )  # fmt: skip
            self.dispatch.refresh_from_db()
            log_mail(self.dispatch)
            audit.record(
                action=f"integrations.dispatch.{status}", obj=self.dispatch, actor=self.dispatch.user,
                details={"error": error} if error else {},
            )  # fmt: skip

    def later(self, *, at: datetime, error: str, free: bool = False) -> None:
        """Try again at a time; a `free` try does not count. Raises `LostLease`."""
        attempts = F("attempts") - 1 if free else F("attempts")
        self._update(
            status=DispatchStatus.QUEUED, error=error, not_before=at, lease_until=None, attempts=attempts
        )

    def _update(self, **fields: Any) -> None:
        mine = Dispatch.objects.filter(
            pk=self.dispatch.pk, lease_epoch=self.epoch, status=DispatchStatus.SENDING
        )
        if not mine.update(updated_at=timezone.now(), **fields):
            raise LostLease(self.dispatch.pk)


def claim(dispatch_id: UUID) -> Claim | None:
    """Take a dispatch that is due, or None when it is done, not due yet, or another worker's."""
    with transaction.atomic():
        found = (
            Dispatch.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("user", "email")
            .filter(due(timezone.now()), pk=dispatch_id)
            .first()
        )
        if found is None:
            return None
        found.status = DispatchStatus.SENDING
        found.attempts += 1
        found.lease_epoch += 1
        found.lease_until = lease_end()
        found.save(update_fields=["status", "attempts", "lease_epoch", "lease_until", "updated_at"])
    return Claim(found)


def due(now: datetime) -> Q:
    """What waits for a worker: queued and its time has come, or left behind by one that died."""
    waiting = Q(status=DispatchStatus.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
    return waiting | Q(status=DispatchStatus.SENDING, lease_until__lt=now)


def lease_end() -> datetime:
    """Until when a lease taken now holds."""
    return timezone.now() + timedelta(seconds=settings.INTEGRATIONS["LEASE_SECONDS"])


#: What the log of mails calls each end.
MAIL_STATUS = {
    DispatchStatus.QUEUED: EmailStatus.QUEUED,
    DispatchStatus.SENT: EmailStatus.SENT,
    DispatchStatus.FAILED: EmailStatus.FAILED,
    DispatchStatus.KEPT: EmailStatus.DRAFT,
    DispatchStatus.CANCELLED: EmailStatus.FAILED,
}


def log_mail(dispatch: Dispatch) -> None:
    """Bring the log of mails in line with the dispatch."""
    if dispatch.email_id is None:
        return
    EmailLog.objects.filter(pk=dispatch.email_id).update(
        status=MAIL_STATUS[DispatchStatus(dispatch.status)],
        sent_at=dispatch.sent_at,
        message_id=dispatch.marks.get("message_id", ""),
        error=dispatch.error,
        updated_at=timezone.now(),
    )
