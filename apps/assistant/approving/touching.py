"""Whether the rows that a person was asked about are still what they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.assistant.models import Approval
from apps.assistant.toolkit import Preview, Touched
from apps.audit.models import AuditEvent, RowChange
from apps.core.versions import version_of


def changed_since(touches: Iterable[dict[str, Any]], run_id: UUID) -> list[Touched]:
    """Those of the rows that others than this run changed or deleted after their version was noted."""
    noted = [Touched.model_validate(touch) for touch in touches]
    return [
        touched
        for touched in noted
        if touched.version and _version_now(touched) != _version_left(touched, run_id)
    ]


def same_rows(one: Sequence[Touched], other: Sequence[Touched]) -> bool:
    """Whether two previews are about the same rows."""
    return {(row.model, row.id) for row in one} == {(row.model, row.id) for row in other}


def kept_version(kept: Mapping[str, Any] | None) -> str:
    """As `core.versions.version_of` writes it; "" for rows that keep no time of change."""
    moment = parse_datetime(str((kept or {}).get("updated_at") or ""))
    return localtime(moment, UTC).isoformat() if moment is not None else ""


def warnings_of(approval: Approval, changed: Sequence[Touched], fresh: Preview) -> list[str]:
    """What to look at first when the same question is put again."""
    lines = [_who_changed(touched, approval) for touched in changed]
    before = {(label, value) for label, value in approval.preview.get("lines", [])}
    lines += [
        _("%(label)s now reads: %(value)s") % {"label": label, "value": value}
        for label, value in fresh.lines
        if before and (label, value) not in before
    ]
    return lines[:10]


def _who_changed(touched: Touched, approval: Approval) -> str:
    event = (
        AuditEvent.objects.filter(
            object_type=touched.model, object_id=touched.id, at__gte=approval.created_at
        )
        .select_related("actor")
        .order_by("-at")
        .first()
    )
    gone = _version_now(touched) is None
    if event is None or event.actor is None:
        if gone:
            return _("%(row)s was deleted while this waited.") % {"row": touched.label}
        return _("%(row)s was changed while this waited.") % {"row": touched.label}
    values = {
        "row": touched.label,
        "who": str(event.actor),
        "when": date_format(localtime(event.at), "DATETIME_FORMAT"),
    }
    if gone:
        return _("%(row)s was deleted by %(who)s on %(when)s, while this waited.") % values
    return _("%(row)s was changed by %(who)s on %(when)s, while this waited.") % values


def _version_left(touched: Touched, run_id: UUID) -> str:
    """The version in which the run itself left the row: as noted, then as each of its own steps made it."""
    version = touched.version
    table = apps.get_model(touched.model)._meta.db_table
    own = RowChange.objects.filter(run_id=run_id, table=table, row_id=touched.id).order_by("id")
    for change in own:
        if kept_version(change.before) == version:
            version = kept_version(change.after)
    return version


def _version_now(touched: Touched) -> str | None:
    """The row's version, or None when it is gone."""
    try:
        model = apps.get_model(touched.model)
        row = model._base_manager.filter(pk=UUID(touched.id)).first()
    except (LookupError, ValueError, ValidationError):
        return None
    return version_of(row) if row is not None else None
