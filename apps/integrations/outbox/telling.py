"""Telling the app of a row that something about it was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from apps.audit.choices import Source
from apps.audit.context import acting
from apps.core.errors import DomainError
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.subjects import Subject, subjects

log = structlog.get_logger(__name__)

#: What could not be told after so long is left.
GIVE_UP = timedelta(hours=6)


def tell(dispatch: Dispatch) -> None:
    """Tell it once; what goes wrong with it is told again by the sweep, and never touches the sending."""
    try:
        with transaction.atomic(), acting(actor=dispatch.user, source=Source.SYSTEM):
            current = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
            if current.told_at is None:
                _tell(dispatch)
                Dispatch.objects.filter(pk=dispatch.pk).update(told_at=timezone.now())
    except Exception:
        log.exception("outbox.not_told", dispatch=str(dispatch.pk))


def untold(*, limit: int) -> Iterable[Dispatch]:
    """What was sent and not told yet."""
    rows = Dispatch.objects.filter(
        status=DispatchStatus.SENT, told_at__isnull=True, sent_at__gt=timezone.now() - GIVE_UP
    )
    return rows.select_related("user", "email").order_by("sent_at")[:limit]


def _tell(dispatch: Dispatch) -> None:
    model, key = dispatch.about.get("model", ""), dispatch.about.get("id", "")
    listening: list[tuple[Subject, str]] = []
    if model:
        named = subjects.get(model)
        listening = [(named, key)] if named else []
    else:
        listening = [(subject, "") for subject in subjects]
    for subject, about in listening:
        try:
            with transaction.atomic():
                subject.sent(dispatch=dispatch, key=about)
        except DomainError as error:
            # The row is gone or no longer theirs: there is nobody to tell.
            log.info("outbox.nobody_to_tell", dispatch=str(dispatch.pk), reason=error.detail)
