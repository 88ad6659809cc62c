"""Putting things into the outbox, in the transaction of whoever wants them sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction

from apps.accounts.models import User
from apps.audit import services as audit
from apps.audit.models import EmailLog
from apps.integrations.choices import DispatchKind
from apps.integrations.models import Dispatch
from apps.integrations.outbox.payloads import Payload

log = structlog.get_logger(__name__)


@transaction.atomic
def write(
    *,
    kind: DispatchKind,
    key: str,
    user: User,
    title: str,
    recipient: str,
    payload: Payload,
    about: Mapping[str, str] | None = None,
    run_id: UUID | None = None,
    email: EmailLog | None = None,
) -> Dispatch:
    """One row for each `key`: a repeated call returns the first. Its sending begins after the commit."""
    dispatch, is_new = Dispatch.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "title": title[:300],
            "recipient": recipient[:300],
            "user": user,
            "payload": payload.model_dump(mode="json"),
            "about": dict(about or {}),
            "run_id": run_id,
            "email": email,
        },
    )
    if is_new:
        details = {"kind": kind, "to": dispatch.recipient}
        audit.record(action="integrations.dispatch.queued", obj=dispatch, details=details, actor=user)
        ring(dispatch)
    return dispatch


def ring(dispatch: Dispatch) -> None:
    """Have it sent once the transaction is kept; a ring that is lost is made up for by the sweep."""
    transaction.on_commit(partial(_ring, dispatch.pk), robust=True)


def _ring(dispatch_id: UUID) -> None:
    from apps.integrations.tasks import deliver

    deliver.delay(str(dispatch_id))
