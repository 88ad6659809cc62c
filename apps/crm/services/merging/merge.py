"""Two rows become one, with a record from which it can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, Forbidden
from apps.core.retrying import atomic_retried
from apps.crm.models import Lead, Merge, Task
from apps.crm.services.merging import fields, moving
from apps.crm.services.merging.fields import FieldChoice
from apps.crm.services.merging.pairs import lock_pair, require_pair, tell
from apps.crm.services.merging.rules import Mergeable, Rules, rules_of
from apps.crm.services.merging.snapshots import Plain, snapshot

#: Columns that follow from others, or from the clock.
DERIVED = {"updated_at", "company_key", "phone_key", "name_key"}


@dataclass(frozen=True)
class Moving:
    """How many rows of one kind a merge moves."""

    label: str
    count: int


def merge_fields(*, user: User, kept: Mergeable, other: Mergeable) -> list[FieldChoice]:
    """The fields in which the two rows differ, with a suggestion for each.

    Raises `Forbidden`, `NotFound` or `Invalid` when the user may not merge the two.
    """
    require_pair(user, kept, other)
    return fields.field_choices(kept, other)


def moving_rows(row: Mergeable) -> list[Moving]:
    """What points at the row and would move, in one query; kinds without rows are left out."""
    pointers = moving.pointers(type(row))
    counts = {f"moving_{number}": _count(field) for number, field in enumerate(pointers)}
    found = type(row)._base_manager.filter(pk=row.pk).values_list(*counts.values())
    return [
        Moving(_label(field, count), count)
        for field, count in zip(pointers, found.first() or (), strict=False)
        if count
    ]


@atomic_retried
def merge(
    *,
    actor: User,
    kept: Mergeable,
    other: Mergeable,
    choices: Mapping[str, str] | None = None,
    versions: Mapping[str, str] | None = None,
) -> Merge:
    """Put `other` into `kept`: the chosen values, and every row that points at it; then it is gone.

    `choices` says for a field "kept", "other" or, for notes, "both"; fields that it does not name get what
    `merge_fields` suggests. `versions` are those the caller read, by "kept" and "other". Raises `Forbidden`,
    `NotFound`, `Invalid`, `Stale` (changed since) and `Conflict` (gone, or merged by somebody else).
    """
    require_pair(actor, kept, other)
    kept, other = lock_pair(kept, other, versions or {})
    rules, untouched, gone = rules_of(kept), copy(kept), copy(other)
    before, merged = snapshot(kept), snapshot(other)
    decided = fields.decide(kept, other, choices or {})
    fields.apply(kept, other, decided)
    rules.settle(kept, untouched, other)
    _require_assignable(actor, untouched, kept)
    steps = moving.absorb(kept, other)
    steps += _hand_over(kept, untouched, gone)
    moving.drop(other)
    _save(kept)
    done = Merge.objects.create(
        model=kept._meta.label_lower,
        kept_id=kept.pk,
        merged_id=gone.pk,
        kept_label=str(untouched)[:250],
        merged_label=str(gone)[:250],
        choices=decided,
        before=before,
        merged=merged,
        after=_changed(rules, before, snapshot(kept)),
        moved={"steps": steps},
        by=actor,
    )
    _record(actor, kept, done)
    tell("deleted", gone)
    tell("updated", untouched, kept)
    return done


def moved_counts(done: Merge) -> dict[str, int]:
    """Model → how many rows the merge moved to the kept row."""
    counts: dict[str, int] = {}
    for step in done.moved["steps"]:
        if step.get("to") == str(done.kept_id):
            counts[step["move"]] = counts.get(step["move"], 0) + len(step["keys"])
    return counts


def _count(field: moving.ForeignKey) -> Any:
    rows = field.model._base_manager.filter(**{field.name: OuterRef("pk")}).order_by()
    number = rows.values(field.name).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=models.IntegerField()), 0)


def _label(field: moving.ForeignKey, count: int) -> str:
    options = field.model._meta
    return str(options.verbose_name if count == 1 else options.verbose_name_plural)


def _require_assignable(actor: User, before: Mergeable, after: Mergeable) -> None:
    if not isinstance(before, Lead) or not isinstance(after, Lead):
        return
    if before.assigned_to_id != after.assigned_to_id and not actor.has_perm("crm.assign_lead"):
        raise Forbidden(_("You may not give leads to others."))


def _hand_over(kept: Mergeable, *before: Mergeable) -> list[moving.Step]:
    """The open tasks of whoever had one of the two leads go to the owner of the one that stays.

    As when a lead is given away: nobody is reminded of a lead that they see no more.
    """
    owner = kept.assigned_to_id if isinstance(kept, Lead) else None
    former = {lead.assigned_to_id for lead in before if isinstance(lead, Lead)} - {owner}
    tasks = Task.objects.open().filter(lead=kept.pk)
    return [
        step
        for who in former
        if who and owner
        for step in moving.repoint(tasks, "assigned_to", before=who, after=owner)
    ]


def _save(kept: Mergeable) -> None:
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise Conflict(_("A third row already has one of the chosen values."), code="taken") from error


def _changed(rules: Rules, before: Plain, after: Plain) -> Plain:
    """What the merge changed, and what is chosen together with it: that is taken back together, too."""
    changed = {name for name, value in after.items() if value != before[name]} - DERIVED
    for group in rules.groups:
        if changed.intersection(group.fields):
            changed.update(group.fields)
    return {name: after[name] for name in after if name in changed}


def _record(actor: User, kept: Mergeable, done: Merge) -> None:
    details = {
        "merge": str(done.pk),
        "merged_id": str(done.merged_id),
        "merged": done.merged_label,
        "choices": done.choices,
        "moved": moved_counts(done),
    }
    audit.record(action=f"{done.model}.merged", obj=kept, details=details, actor=actor)
