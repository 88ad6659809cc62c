"""Moving whatever points at one row to another row, and back.

Nothing here knows the models by name: it walks the foreign keys that Django knows of, so the rows of apps
that come later move as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet, UniqueConstraint

from apps.core.errors import Conflict
from apps.crm.merged import merged_into
from apps.crm.services.merging.snapshots import Plain, columns, revive, snapshot

#: What was done: `{"move": "<model>", "field", "from", "to", "keys"}`, or `{"drop": "<model>", "row"}`.
Step = dict[str, Any]
ForeignKey = models.ForeignKey[Any, Any]

#: Of two rows that cannot both stay, the elder one stays; by this field where it is not the creation.
AGE = {"crm.customer": "since"}


def pointers(model: type[models.Model]) -> list[ForeignKey]:
    """Every foreign key of every model to `model`: also those without a name on the other side."""
    relations = [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and not relation.parent_link
    ]
    fields = [relation.field for relation in relations]
    return sorted(fields, key=lambda field: (field.model._meta.label_lower, field.name))


def absorb(kept: models.Model, gone: models.Model) -> list[Step]:
    """Let everything that points at `gone` point at `kept`; what would be there twice becomes one.

    Runs in the caller's transaction. The steps bring it all back in `retrace`.
    """
    steps: list[Step] = []
    for field in pointers(type(kept)):
        for elder, younger in _twins(field, kept, gone):
            steps += absorb(elder, younger)
            steps.append(drop(younger))
        steps += repoint(field.model._base_manager.all(), field.name, before=gone.pk, after=kept.pk)
    return steps


def repoint(rows: QuerySet[Any], name: str, *, before: UUID, after: UUID) -> list[Step]:
    """Let those rows whose foreign key `name` is `before` point at `after`: one step, none without rows."""
    found = rows.filter(**{name: before}).select_for_update().order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    if not keys:
        return []
    rows.model._base_manager.filter(pk__in=keys).update(**{name: after})
    step = {"move": rows.model._meta.label_lower, "field": name}
    return [{**step, "from": str(before), "to": str(after), "keys": [str(key) for key in keys]}]


def drop(row: models.Model) -> Step:
    """Delete a row that nothing points at any more, and remember it.

    Raises `Conflict` when the database would take other rows with it: they would be lost.
    """
    step = {"drop": row._meta.label_lower, "row": snapshot(row)}
    deleted, _ = row.delete()
    if deleted != 1:
        raise Conflict("Something else still belongs to it. Nothing was changed.", code="not_mergeable")
    return step


def retrace(steps: Sequence[Step]) -> int:
    """Take the steps back, the last one first; returns how many rows have gone elsewhere since and stay."""
    stayed = 0
    for step in reversed(steps):
        if "drop" in step:
            stayed += 0 if _revive(step) else 1
        else:
            stayed += len(step["keys"]) - _move_back(step)
    return stayed


def insert(model: type[models.Model], kept: Plain) -> bool:
    """Write the row of a snapshot again, with its key and its times; False when it has no place any more."""
    row = revive(model, kept)
    if not mend(row):
        return False
    try:
        with transaction.atomic():
            row.save_base(raw=True, force_insert=True)
    except IntegrityError:
        return False
    return True


def _move_back(step: Step) -> int:
    model = apps.get_model(step["move"])
    target = model._meta.get_field(step["field"]).related_model
    if not target._base_manager.filter(pk=step["from"]).exists():
        return 0
    still_there = model._base_manager.filter(pk__in=step["keys"], **{step["field"]: step["to"]})
    moved: int = still_there.update(**{step["field"]: step["from"]})
    return moved


def _revive(step: Step) -> bool:
    return insert(apps.get_model(step["drop"]), step["row"])


def mend(row: models.Model) -> bool:
    """Let the row point only at rows that are there: at what became of the others, or at nothing.

    False when it cannot be without one that is gone. Saves nothing.
    """
    keys = [field for field in columns(type(row)) if isinstance(field, models.ForeignKey)]
    for field in keys:
        target, pk = field.remote_field.model, getattr(row, field.attname)
        if pk is None or target._base_manager.filter(pk=pk).exists():
            continue
        instead = merged_into(target, pk)
        if instead is None and not field.null:
            return False
        setattr(row, field.attname, instead)
    return True


def _twins(
    field: ForeignKey, kept: models.Model, gone: models.Model
) -> Iterator[tuple[models.Model, models.Model]]:
    """Pairs (elder, younger) of which a unique constraint allows only one once both point at `kept`."""
    for names, condition in _uniques(field):
        rest = [name for name in names if name != field.name]
        rows = field.model._base_manager.filter(condition)
        there = {_key(row, rest): row for row in rows.filter(**{field.name: kept.pk})}
        for row in rows.filter(**{field.name: gone.pk}):
            key = _key(row, rest)
            if None not in key and key in there:
                elder, younger = sorted((there[key], row), key=_age)
                yield elder, younger


def _uniques(field: ForeignKey) -> Iterator[tuple[Sequence[str], Q]]:
    """The sets of fields of which `field` is one and that must be unique among the rows of a condition."""
    options = field.model._meta
    if field.unique:
        yield [field.name], Q()
    for names in options.unique_together:
        if field.name in names:
            yield names, Q()
    for constraint in options.constraints:
        if isinstance(constraint, UniqueConstraint) and field.name in constraint.fields:
            yield constraint.fields, constraint.condition or Q()


def _key(row: models.Model, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row.serializable_value(name) for name in names)


def _age(row: models.Model) -> tuple[Any, ...]:
    name = AGE.get(row._meta.label_lower, "created_at")
    return getattr(row, name, ""), row.pk
