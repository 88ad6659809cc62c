"""Which rows a run changed, or would have changed: one entry for each row, from first to last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import BinaryField, Field, Model

from apps.audit.choices import RowOperation
from apps.audit.models import RowChange

Json = dict[str, Any]

HIDDEN = "•••"
_SECRET = re.compile(r"password|secret|token|credential|cipher|encrypted|private_key")


@dataclass
class RowDiff:
    """What became of one row. `before` is None for a new row, `after` for one that is gone."""

    table: str
    id: str
    before: Json | None
    after: Json | None
    steps: list[UUID] = field(default_factory=list)

    @property
    def operation(self) -> str:
        """Added, changed or deleted, taken together."""
        if self.before is None:
            return RowOperation.INSERT
        return RowOperation.DELETE if self.after is None else RowOperation.UPDATE

    def kept(self) -> Json:
        """As it is stored with a rehearsal; what is secret stays out."""
        return {
            "table": self.table,
            "id": self.id,
            "label": label_of(self.table, self.after or self.before or {}),
            "operation": self.operation,
            "before": without_secrets(self.table, self.before),
            "after": without_secrets(self.table, self.after),
        }


def changes_of(run_id: UUID) -> list[RowDiff]:
    """The rows that a run changed, in the order in which it first touched them."""
    return net(RowChange.objects.filter(run_id=run_id).order_by("id"))


def net(rows: Iterable[RowChange]) -> list[RowDiff]:
    """One entry for each row; what came and went again is left out."""
    found: dict[tuple[str, str], RowDiff] = {}
    for row in rows:
        diff = found.setdefault((row.table, row.row_id), RowDiff(row.table, row.row_id, row.before, None))
        diff.after = row.after
        if row.step_id and row.step_id not in diff.steps:
            diff.steps.append(row.step_id)
    return [diff for diff in found.values() if diff.before != diff.after]


@cache
def model_of(table: str) -> type[Model] | None:
    """The model whose rows the table holds; None when there is none any more."""
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


@cache
def columns_of(model: type[Model]) -> dict[str, Field[Any, Any]]:
    """The columns that people or programs write, by name: those that the database computes are left out."""
    return {
        one.column: one
        for one in model._meta.concrete_fields
        if one.column is not None and not getattr(one, "generated", False)
    }


def is_secret(one: Field[Any, Any]) -> bool:
    """Whether the value of a field is for nobody's eyes."""
    return isinstance(one, BinaryField) or bool(_SECRET.search(one.name))


def without_secrets(table: str, row: Mapping[str, Any] | None) -> Json | None:
    """The row with dots in place of what is secret."""
    model = model_of(table)
    if row is None:
        return None
    known = columns_of(model) if model else {}
    return {
        name: HIDDEN if value and name in known and is_secret(known[name]) else value
        for name, value in row.items()
    }


def instance_of(model: type[Model], row: Mapping[str, Any]) -> Model:
    """The row as an object that was never saved."""
    known = columns_of(model)
    values = {known[name].attname: known[name].to_python(row[name]) for name in row if name in known}
    return model(**values)


def label_of(table: str, row: Mapping[str, Any]) -> str:
    """What people call the row."""
    model = model_of(table)
    if model is None:
        return table
    try:
        return str(instance_of(model, row))[:200]
    except (ObjectDoesNotExist, ValidationError, AttributeError, TypeError, ValueError):
        return str(model._meta.verbose_name)
