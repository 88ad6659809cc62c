"""The way from a number to the rows behind it: a change list with the same conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model
from django.urls import reverse

from apps.core.periods import Period

Condition = str | int | bool | date | datetime | UUID | list[str]


def rows_link(model: type[Model], conditions: Mapping[str, Condition]) -> str:
    """Path of the change list of `model` that shows the rows for which all `conditions` hold.

    Keys are lookups of Django ("status__exact") or names of list filters. A list means any of its values.
    """
    query = [(key, text) for key, value in conditions.items() for text in _texts(value)]
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{page}?{urlencode(query)}" if query else page


def during(field: str, period: Period) -> dict[str, Condition]:
    """The conditions that put the moment `field` into the days of `period`."""
    return {f"{field}__gte": period.starts_at, f"{field}__lt": period.ends_at}


def one_day(day: date, tz: str) -> Period:
    """The period that is one day long."""
    return Period(day, day + timedelta(days=1), tz)


def _texts(value: Condition) -> list[str]:
    if isinstance(value, list):
        return value
    return [value.isoformat() if isinstance(value, date) else str(value)]
