"""By which columns a list may be sorted without reading all of it, and in which order its pages follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, OrderBy
from django.db.models.constants import LOOKUP_SEP


def sortable_columns(admin: ModelAdmin[Any], columns: Iterable[Any]) -> list[str]:
    """Those of `columns` that an index can sort.

    A column of few different values is not among them: below each value the rows would still have to be
    sorted. Filters are there for those.
    """
    indexed = set(_indexed_fields(admin.model))
    return [name for name in columns if isinstance(name, str) and _ordering_of(admin, name) in indexed]


def keyset_ordering(model: type[models.Model], ordering: Iterable[Any]) -> list[str]:
    """`ordering` as a keyset takes it: plain fields, and a unique one at the end to break ties.

    Relations become the first field of their own order. What is no field is left out.
    """
    fields = [name for part in ordering if (name := _plain(model, part)).removeprefix("-")]
    if not any(_is_unique(model, name.removeprefix("-")) for name in fields):
        downwards = fields[-1].startswith("-") if fields else True
        fields.append(f"-{_pk(model)}" if downwards else _pk(model))
    return fields


def _plain(model: type[models.Model], part: Any) -> str:
    if isinstance(part, OrderBy):
        name = _name(part.expression)
        part = f"-{name}" if part.descending else name
    elif isinstance(part, F):
        part = _name(part)
    return _through_relation(model, part) if isinstance(part, str) else ""


def _through_relation(model: type[models.Model], name: str) -> str:
    path, sign = name.removeprefix("-"), "-" if name.startswith("-") else ""
    if path == "pk":
        return f"{sign}{_pk(model)}"
    field = _field(model, path)
    related: Any = field.related_model if field is not None and field.is_relation else None
    if related is None:
        return name
    first = str(next(iter(related._meta.ordering), _pk(related)))
    return f"{sign}{path}{LOOKUP_SEP}{first.removeprefix('-')}"


def _ordering_of(admin: ModelAdmin[Any], column: str) -> str:
    """The field by which the column is sorted; "" when it names none."""
    method = getattr(admin, column, None) or getattr(admin.model, column, None)
    declared = getattr(method, "admin_order_field", None)
    name = declared if isinstance(declared, str) else column
    field = _field(admin.model, name.removeprefix("-"))
    if field is None or field.is_relation or getattr(field, "choices", None):
        return ""
    return str(field.name)


def _indexed_fields(model: type[models.Model]) -> Iterator[str]:
    """Fields that come first in an index over all rows."""
    fields: Iterable[Any] = model._meta.fields
    for field in fields:
        if field.unique or field.db_index:
            yield field.name
    for index in model._meta.indexes:
        if index.condition is not None:
            continue
        first = index.expressions[0] if index.expressions else F(index.fields_orders[0][0])
        yield _name(first.expression if isinstance(first, OrderBy) else first)


def _name(expression: Any) -> str:
    """The field that a plain reference names; "" for anything computed."""
    return str(getattr(expression, "name", "")) if isinstance(expression, F) else ""


def _is_unique(model: type[models.Model], path: str) -> bool:
    field = _field(model, path)
    return bool(getattr(field, "unique", False)) and not getattr(field, "null", True)


def _field(model: type[models.Model], path: str) -> Any:
    try:
        return model._meta.get_field(path)
    except FieldDoesNotExist:
        return None


def _pk(model: type[models.Model]) -> str:
    pk = model._meta.pk
    assert pk is not None
    return pk.name
