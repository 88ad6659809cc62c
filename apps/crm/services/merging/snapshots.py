"""A row as plain values that JSON keeps exactly, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

Plain = dict[str, Any]


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that are written, not computed by the database."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def snapshot(row: models.Model) -> Plain:
    """Column → value. Times keep their microseconds, which Django's own JSON encoder would cut off."""
    return {field.attname: plain(getattr(row, field.attname)) for field in columns(type(row))}


def plain(value: object) -> Any:
    """The value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def value_of(model: type[models.Model], column: str, kept: Any) -> Any:
    """The value that `plain` made `kept` of."""
    field = next(field for field in columns(model) if field.attname == column)
    return field.to_python(kept)


def revive(model: type[models.Model], kept: Mapping[str, Any]) -> models.Model:
    """The row of a snapshot, not saved. Newer columns have their defaults, gone ones are ignored."""
    known = {field.attname for field in columns(model)}
    return model(**{name: value_of(model, name, value) for name, value in kept.items() if name in known})
