"""A call carried out in a savepoint and rolled back: which rows it would change, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.assistant.toolkit import Touched
from apps.audit.choices import RowOperation
from apps.audit.journal import working_for
from apps.audit.models import RowChange

MAX_LINES = 40
MAX_VALUE = 200
EMPTY = "–"


@dataclass
class Changed:
    """One row before and after a call; None where it is not there."""

    table: str
    row_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def changes_of(work: Callable[[], object], *, run_id: UUID, step_id: UUID) -> list[Changed]:
    """The rows that `work` changes, which is then undone; what it raises is passed on."""
    with transaction.atomic():
        with working_for(run_id, step_id), transaction.atomic():
            work()
        rows = list(RowChange.objects.filter(run_id=run_id, step_id=step_id).order_by("id"))
        transaction.set_rollback(True)
    return _together(rows)


def read_changes(changes: Sequence[Changed]) -> tuple[list[tuple[str, str]], list[Touched]]:
    """Lines for a person, and the rows that are there now and would change."""
    known = {model._meta.db_table: model for model in apps.get_models()}
    lines: list[tuple[str, str]] = []
    touches: list[Touched] = []
    for change in changes:
        model = known.get(change.table)
        if model is None:
            continue
        label = _label(model, change)
        lines.extend((label, sentence) for sentence in _sentences(model, change))
        if change.before is not None:
            touches.append(_touched(model, change, label))
    hidden = len(lines) - MAX_LINES
    if hidden > 0:
        lines = [*lines[:MAX_LINES], (_("And"), _("%(number)d more changes") % {"number": hidden})]
    return lines, touches


def _together(rows: Iterable[RowChange]) -> list[Changed]:
    """One entry for each row: what changes, what goes, what comes; not what came and went again.

    A row that takes others with it goes last, and is told first.
    """
    found: dict[tuple[str, str], Changed] = {}
    for row in rows:
        before = None if row.operation == RowOperation.INSERT else row.before
        change = found.setdefault((row.table, row.row_id), Changed(row.table, row.row_id, before, None))
        change.after = row.after
    real = [change for change in found.values() if change.before != change.after]
    changed = [change for change in real if change.before is not None and change.after is not None]
    gone = [change for change in real if change.after is None]
    new = [change for change in real if change.before is None]
    return [*changed, *reversed(gone), *new]


def _label(model: type[models.Model], change: Changed) -> str:
    noun = str(model._meta.verbose_name)
    return f"{noun[:1].upper()}{noun[1:]} {_name(model, change)}".strip()


def _name(model: type[models.Model], change: Changed) -> str:
    """What the row calls itself, from what was kept of it: it may not be there any more."""
    try:
        return str(_row(model, change.before or change.after or {}))[:MAX_VALUE]
    except Exception:
        # A name may lean on rows that are gone; the line is readable without it.
        return ""


def _row(model: type[models.Model], kept: dict[str, Any]) -> models.Model:
    row = model()
    for field in model._meta.concrete_fields:
        if field.column in kept:
            setattr(row, field.attname, _value(field, kept[field.column]))
    return row


def _value(field: models.Field[Any, Any], kept: Any) -> Any:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return None if kept is None else target.to_python(kept)


def _sentences(model: type[models.Model], change: Changed) -> list[str]:
    if change.after is None:
        return [_("is deleted")]
    if change.before is None:
        told = "; ".join(
            f"{field.verbose_name}: {_shown(field, change.after[field.column])}"
            for field in _told(model)
            if change.after.get(field.column) not in (None, "", [], {})
        )
        return [_("is added") + (f" ({told[:MAX_VALUE]})" if told else "")]
    return [
        f"{field.verbose_name} {_shown(field, change.before.get(field.column))} → "
        f"{_shown(field, change.after.get(field.column))}"
        for field in _told(model)
        if change.before.get(field.column) != change.after.get(field.column)
    ]


def _told(model: type[models.Model]) -> list[Any]:
    """The fields that a person would know: not keys, times and places that the code keeps for itself."""
    return [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]


def _shown(field: models.Field[Any, Any], kept: Any) -> str:
    if kept in (None, "", [], {}):
        return EMPTY
    value = _value(field, kept)
    if isinstance(field, models.ForeignKey):
        related = field.related_model._base_manager.filter(pk=value).first()
        return str(related) if related is not None else EMPTY
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    text = " ".join(str(value).split())
    return text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]} …"


def _touched(model: type[models.Model], change: Changed, label: str) -> Touched:
    return Touched(
        model=model._meta.label_lower,
        id=change.row_id,
        version=kept_version(change.before),
        label=label,
    )


def kept_version(kept: dict[str, Any] | None) -> str:
    """As `core.versions.version_of` writes it; "" for rows that keep no time of change."""
    moment = parse_datetime(str((kept or {}).get("updated_at") or ""))
    return localtime(moment, UTC).isoformat() if moment is not None else ""
