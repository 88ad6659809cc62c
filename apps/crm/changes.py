"""What was changed on a row, field by field, by whom and when: read from the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.models import BaseModel

#: Fields that only the database writes.
HIDDEN = frozenset({"version", "search"})


@dataclass(frozen=True)
class FieldChange:
    """One field of a row got another value; `before` and `after` are as people read them, "" for none."""

    at: datetime
    actor: str
    name: str
    label: str
    before: str
    after: str


def field_changes(row: BaseModel, *, events: int = 50) -> list[FieldChange]:
    """The changes of the latest `events` edits of `row`, newest first.

    The caller has made sure that the reader may see the row: who sees it may know how it came to be so.
    """
    found = (
        AuditEvent.objects.filter(
            object_type=row._meta.label_lower, object_id=str(row.pk), action__endswith=".updated"
        )
        .select_related("actor")
        .order_by("-at", "-id")[:events]
    )
    return [change for event in found for change in _of_event(row, event)]


def last_change(changes: list[FieldChange], name: str) -> FieldChange | None:
    """The newest change of the field called `name`."""
    return next((change for change in changes if change.name == name), None)


def last_editor(row: BaseModel, version: str) -> User | None:
    """Who changed the row last after its `version` was read; None when that is not known.

    The caller has made sure that the reader may see the row: what is told is a colleague's name.
    """
    try:
        read_at = datetime.fromisoformat(version)
    except ValueError:
        return None
    if read_at.tzinfo is None:
        return None
    about = AuditEvent.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
    last = about.filter(at__gte=read_at).select_related("actor").order_by("-at", "-id").first()
    return last.actor if last is not None else None


def _of_event(row: BaseModel, event: AuditEvent) -> Iterator[FieldChange]:
    actor = str(event.actor or event.actor_label)
    for name, pair in event.details.items():
        if name in HIDDEN or not (isinstance(pair, list) and len(pair) == 2):
            continue
        label, choices = _field(row, name)
        before, after = (str(choices.get(value, value) or "") for value in pair)
        yield FieldChange(event.at, actor, name, label, before, after)


def _field(row: BaseModel, name: str) -> tuple[str, dict[Any, Any]]:
    """How people call the field, and the words for its values where it has a list of them."""
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        return capfirst(name.replace("_", " ")), {}
    label = capfirst(str(getattr(field, "verbose_name", name)))
    return label, dict(getattr(field, "flatchoices", None) or [])
