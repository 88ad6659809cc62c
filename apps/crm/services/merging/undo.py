"""Taking a merge back."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, NotFound
from apps.core.retrying import atomic_retried
from apps.core.versions import lock
from apps.crm.merged import merged_into
from apps.crm.models import Merge
from apps.crm.services.merging import moving
from apps.crm.services.merging.pairs import require_right, tell
from apps.crm.services.merging.rules import Mergeable, rules_of
from apps.crm.services.merging.snapshots import columns, plain, value_of


@dataclass(frozen=True)
class Undone:
    """A merge that was taken back. `edited` names the fields that keep what somebody wrote since; `stayed`
    counts the rows that have gone elsewhere since and were not moved back.
    """

    merge: Merge
    edited: tuple[str, ...] = ()
    stayed: int = 0


@atomic_retried
def undo_merge(*, actor: User, merge: Merge) -> Undone:
    """Bring the merged row back with its key, its values and its rows; the kept row gets its values back.

    Only the version of the kept row is a new one. Raises `NotFound` when the merge or the kept row is not
    there for this user, `Forbidden`, and `Conflict` when it was undone already, when the kept row is gone or
    when another row has taken the place of the merged one.
    """
    merge = _locked(actor, merge)
    model = cast("type[Mergeable]", apps.get_model(merge.model))
    require_right(actor, model)
    kept = _kept(actor, model, merge)
    after = copy(kept)
    edited = _restore(kept, merge)
    if not moving.insert(model, merge.merged):
        text = _("“%(name)s” cannot come back: there is another row with the same name or address now.")
        raise Conflict(text % {"name": merge.merged_label}, code="taken")
    stayed = moving.retrace(merge.moved["steps"])
    merge.undone_at, merge.undone_by = timezone.now(), actor
    merge.save(update_fields=["undone_at", "undone_by", "updated_at"])
    details = {"merge": str(merge.pk), "merged_id": str(merge.merged_id), "edited": edited, "stayed": stayed}
    audit.record(action=f"{merge.model}.merge_undone", obj=kept, details=details, actor=actor)
    tell("updated", after, kept)
    tell("created", model.objects.get(pk=merge.merged_id))
    return Undone(merge, tuple(edited), stayed)


def _locked(actor: User, merge: Merge) -> Merge:
    current = Merge.objects.visible_to(actor).select_for_update().filter(pk=merge.pk).first()
    if current is None:
        raise NotFound(_("There is no such merge."))
    if current.undone_at is not None:
        raise Conflict(_("This merge was undone already."), code="already_undone")
    return current


def _kept(actor: User, model: type[Mergeable], merge: Merge) -> Mergeable:
    row = model.objects.filter(pk=merge.kept_id).first()
    if row is None:
        text = _("“%(name)s” is gone; the merge cannot be undone any more.")
        if merged_into(model, merge.kept_id):
            text = _("“%(name)s” was merged again since. Undo that merge first.")
        raise Conflict(text % {"name": merge.kept_label}, code="kept_gone")
    if not model.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise NotFound(_("There is no such merge."))
    return lock(row)


def _restore(kept: Mergeable, merge: Merge) -> list[str]:
    """Give the kept row its values back, together as they were chosen; returns the labels of edited ones."""
    edited = []
    for label, names in _together(kept, merge.after):
        if all(plain(getattr(kept, name)) == merge.after[name] for name in names):
            for name in names:
                setattr(kept, name, value_of(type(kept), name, merge.before[name]))
        else:
            edited.append(label)
    moving.mend(kept)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        text = _("“%(name)s” cannot have its earlier values back: another row has them now.")
        raise Conflict(text % {"name": merge.kept_label}, code="taken") from error
    return edited


def _together(kept: Mergeable, changed: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The changed columns with their labels: those of one group together, every other one by itself."""
    rules, names = rules_of(kept), list(changed)
    found = [(str(group.label), [name for name in names if name in group.fields]) for group in rules.groups]
    settled = rules.settled()
    alone = [(str(_label(kept, name)), [name]) for name in names if name not in settled]
    return [(label, group) for label, group in [*found, *alone] if group]


def _label(kept: Mergeable, column: str) -> str:
    label = next(field.verbose_name for field in columns(type(kept)) if field.attname == column)
    return str(label).capitalize()
