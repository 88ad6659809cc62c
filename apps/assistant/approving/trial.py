"""A call carried out in a savepoint and rolled back: which rows it would change, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.approving.effects import effect_on_rows
from apps.assistant.approving.touching import kept_version
from apps.assistant.rehearsing.changes import RowDiff, label_of, model_of, net
from apps.assistant.rehearsing.reading import Change, Reader, ShownRow
from apps.assistant.toolkit import Preview, Touched
from apps.audit.choices import RowOperation
from apps.audit.journal import working_for
from apps.audit.models import RowChange

MAX_LINES = 40
MAX_VALUE = 200
EMPTY = "–"


def preview_by_trial(work: Callable[[], object], *, user: User, run_id: UUID, step_id: UUID) -> Preview:
    """What `work` changes, which is then undone, as `user` may read it; what it raises is passed on."""
    diffs = _changes_of(work, run_id=run_id, step_id=step_id)
    changes = [_change(diff) for diff in diffs]
    rows = Reader(user, changes, insiders=[user.pk], only_editable=True).read(changes)
    touches = [_touched(diff, row) for diff, row in zip(diffs, rows, strict=True) if diff.before]
    return Preview(lines=_lines(rows), touches=touches, effect=effect_on_rows(rows))


def _changes_of(work: Callable[[], object], *, run_id: UUID, step_id: UUID) -> list[RowDiff]:
    with transaction.atomic():
        with working_for(run_id, step_id), transaction.atomic():
            work()
        rows = list(RowChange.objects.filter(run_id=run_id, step_id=step_id).order_by("id"))
        transaction.set_rollback(True)
    return _told_in_order([diff for diff in net(rows) if model_of(diff.table)])


def _told_in_order(diffs: Sequence[RowDiff]) -> list[RowDiff]:
    """What changes, what goes, what comes. A row that takes others with it goes last, and is told first."""
    changed = [diff for diff in diffs if diff.operation == RowOperation.UPDATE]
    gone = [diff for diff in diffs if diff.operation == RowOperation.DELETE]
    new = [diff for diff in diffs if diff.operation == RowOperation.INSERT]
    return [*changed, *reversed(gone), *new]


def _change(diff: RowDiff) -> Change:
    """With the name that the row has now: that is what the person knows it by."""
    label = label_of(diff.table, diff.before or diff.after or {})
    return Change(diff.table, diff.id, diff.before, diff.after, label)


def _lines(rows: Sequence[ShownRow]) -> list[tuple[str, str]]:
    lines = [(_name(row), sentence) for row in rows for sentence in _sentences(row)]
    hidden = len(lines) - MAX_LINES
    if hidden > 0:
        lines = [*lines[:MAX_LINES], (_("And"), _("%(number)d more changes") % {"number": hidden})]
    return lines


def _name(row: ShownRow) -> str:
    """The row with its kind: "Lead ABC"."""
    return f"{row.kind[:1].upper()}{row.kind[1:]} {row.label}".strip()


def _sentences(row: ShownRow) -> list[str]:
    if row.operation == RowOperation.DELETE:
        return [_("is deleted")]
    if row.operation == RowOperation.INSERT:
        told = "; ".join(f"{field.label}: {_short(field.after)}" for field in row.fields)
        return [_("is added") + (f" ({told[:MAX_VALUE]})" if told else "")]
    if row.hidden:
        return [_("is changed")]
    return [f"{field.label}: {_short(field.before)} → {_short(field.after)}" for field in row.fields]


def _short(text: str) -> str:
    even = " ".join(text.split()) or EMPTY
    return even if len(even) <= MAX_VALUE else f"{even[:MAX_VALUE]} …"


def _touched(diff: RowDiff, row: ShownRow) -> Touched:
    model = model_of(diff.table)
    return Touched(
        model=model._meta.label_lower if model else diff.table,
        id=diff.id,
        version=kept_version(diff.before),
        label=_name(row),
        url=row.url,
    )
