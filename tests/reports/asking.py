"""Asking a report, reading its tables, and following its links to the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from apps.accounts.models import User
from apps.core.reporting import Ask, Column, Dataset, Findings, Row, Tile, reports


def asked(key: str, user: User, *, now: datetime, **filters: Any) -> Findings:
    """The answer of the report `key` to somebody who may read it."""
    report = reports.get(key)
    assert report is not None
    assert report.allowed(user)
    return report.compute(Ask(user, report.filters(**filters), now))


def tile(findings: Findings, key: str) -> Tile:
    """The tile of that name."""
    return next(found for found in findings.tiles if found.key == key)


def dataset(findings: Findings, key: str) -> Dataset:
    """The dataset of that name."""
    return next(found for found in findings.datasets if found.key == key)


def cells(found: Dataset, *names: str) -> dict[Any, Any]:
    """By the first column: the values of the columns `names` (a tuple, or the value if it is one)."""
    places = [place for place, column in enumerate(found.columns) if column.key in names]
    assert len(places) == len(names)
    read = {row.values[0]: tuple(row.values[place] for place in places) for row in found.rows}
    return {key: values[0] if len(names) == 1 else values for key, values in read.items()}


def counted(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The answer of the database itself, without our code."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def linked_numbers(findings: Findings) -> Iterator[tuple[str, Column | Tile, Any, str]]:
    """Every number that leads to rows: where it stands, what it is, its value, its link."""
    for found in findings.tiles:
        if found.url:
            yield f"tile {found.key}", found, found.value, found.url
    for table in findings.datasets:
        for row in (*table.rows, *([table.total] if table.total else [])):
            for column, value in zip(table.columns, row.values, strict=True):
                if column.is_numeric and (url := _url(row, column)):
                    yield f"{table.key}: {row.values[0]}, {column.key}", column, value, url


def linked_shapes(findings: Findings, *, each: int = 2) -> Iterator[tuple[str, Column | Tile, Any, str]]:
    """Of those numbers, only the first of every shape: the same place, the same column, the same conditions.

    Opening rows costs more than counting them, and addresses that differ in their values work alike.
    """
    seen: Counter[tuple[str, str, frozenset[str]]] = Counter()
    for place, what, value, url in linked_numbers(findings):
        shape = (place.partition(":")[0], what.key, frozenset(parse_qs(urlsplit(url).query)))
        seen[shape] += 1
        if seen[shape] <= each:
            yield place, what, value, url


def unlinked_counts(findings: Findings) -> list[str]:
    """Counts that are not zero and lead nowhere."""
    found = [tile.key for tile in findings.tiles if tile.kind == "count" and tile.value and not tile.url]
    for table in findings.datasets:
        for row in table.rows:
            for column, value in zip(table.columns, row.values, strict=True):
                if column.kind == "count" and value and not _url(row, column):
                    found.append(f"{table.key}: {row.values[0]}, {column.key}")
    return found


def rows_behind(url: str, user: User) -> QuerySet[Any]:
    """The rows of the change list that `url` opens for `user`, in the back office, on that user's clock.

    Its filters and rights choose them; its page is not read.
    """
    parts = urlsplit(url)
    match = resolve(parts.path)
    app, model, page = match.url_name.rsplit("_", 2)
    assert page == "changelist"
    owner = next(
        site_admin
        for known, site_admin in admin.site._registry.items()
        if (known._meta.app_label, known._meta.model_name) == (app, model)
    )
    request = RequestFactory().get(url)
    request.user = user
    assert owner.has_view_permission(request)
    with timezone.override(user.timezone), mock.patch.object(owner.get_changelist(request), "get_results"):
        keys = list(owner.get_changelist_instance(request).queryset.values_list("pk", flat=True))
    return owner.model._default_manager.filter(pk__in=keys)


def _url(row: Row, column: Column) -> str:
    urls: Mapping[str, str] = row.urls
    return urls.get(column.key, "") or row.url
