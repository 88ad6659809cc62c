"""Writing to the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

from apps.audit.context import current
from apps.audit.models import AuditEvent

if TYPE_CHECKING:
    from apps.accounts.models import User


def record(
    *,
    action: str,
    obj: models.Model | None = None,
    details: Mapping[str, Any] | None = None,
    actor: User | None = None,
) -> AuditEvent:
    """Append one event inside the caller's transaction, so that change and trail stand or fall together.

    `action` is `<app>.<noun>.<past verb>`. Actor, door, address and correlation id come from the ambient
    context unless `actor` is given. Never put secrets into `details`.
    """
    context = current()
    who = actor or context.actor
    return AuditEvent.objects.create(
        actor=who,
        actor_label=who.email if who else "",
        department=who.department_slug if who else "",
        source=context.source,
        action=action,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=str(obj)[:200] if obj is not None else "",
        details=dict(details or {}),
        ip_address=context.ip,
        correlation_id=context.correlation_id,
    )
