"""Rows compared and written by SQL, so that numbers and moments come back exactly as they were.

Names of tables and columns come from the models alone; of the journal only values are used, and these never
leave the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from apps.assistant.rehearsing.changes import columns_of
from apps.audit.models import RowChange

JOURNAL = RowChange._meta.db_table


def lock(model: type[Model], keys: Iterable[str]) -> None:
    """Nobody else changes these rows until the transaction ends."""
    rows = model._base_manager.filter(pk__in=list(keys)).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk", flat=True))


def state_since(model: type[Model], changes: Mapping[str, RowChange]) -> dict[str, list[str] | None]:
    """How the rows differ from what those changes (the last of each row) left, by the key of the row.

    A list of columns, empty when nothing differs; None when the row is gone, or there again. Columns that
    came since are not compared.
    """
    sql = f"""
        SELECT rc.row_id, (t.{_pk(model)} IS NULL) <> (rc.after IS NULL), ARRAY(
            SELECT said.key FROM jsonb_each(rc.after) AS said
            WHERE said.value IS DISTINCT FROM now.columns -> said.key
        )
        FROM {_name(JOURNAL)} AS rc
        LEFT JOIN {_name(model._meta.db_table)} AS t ON t.{_pk(model)} = rc.row_id::{_key_type(model)}
        -- Once for each row, not for each of its columns: OFFSET keeps the planner from writing it out.
        CROSS JOIN LATERAL (SELECT to_jsonb(t) AS columns OFFSET 0) AS now
        WHERE rc.id = ANY(%s)
    """  # noqa: S608 - names are the models'
    with connection.cursor() as cursor:
        cursor.execute(sql, [[change.pk for change in changes.values()]])
        return {str(key): None if moved else list(columns) for key, moved, columns in cursor.fetchall()}


def take_back(model: type[Model], change: RowChange) -> None:
    """Undo one change of one row: what was added goes, what was deleted comes, what was changed returns."""
    if change.before is None:
        _delete(model, change)
    elif change.after is None:
        _insert(model, change)
    else:
        _update(model, change)


def _delete(model: type[Model], change: RowChange) -> None:
    table = _name(model._meta.db_table)
    sql = f"DELETE FROM {table} WHERE {_pk(model)} = %s::{_key_type(model)}"  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(sql, [change.row_id])


def _insert(model: type[Model], change: RowChange) -> None:
    table = _name(model._meta.db_table)
    names = _columns(model, change)
    sql = f"""
        INSERT INTO {table} ({", ".join(names)})
        SELECT {", ".join(f"was.{name}" for name in names)}
        FROM {_name(JOURNAL)} AS rc, jsonb_populate_record(NULL::{table}, rc.before) AS was
        WHERE rc.id = %s
    """  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(sql, [change.pk])


def _update(model: type[Model], change: RowChange) -> None:
    table = _name(model._meta.db_table)
    names = [name for name in _columns(model, change) if name != _pk(model)]
    sql = f"""
        UPDATE {table} AS t SET {", ".join(f"{name} = was.{name}" for name in names)}
        FROM {_name(JOURNAL)} AS rc, jsonb_populate_record(NULL::{table}, rc.before) AS was
        WHERE rc.id = %s AND t.{_pk(model)} = rc.row_id::{_key_type(model)}
    """  # noqa: S608 - as above
    with connection.cursor() as cursor:
        cursor.execute(sql, [change.pk])


def watched_tables() -> set[str]:
    """The tables whose new rows come into the journal: what people work with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgfoid = 'audit_journal'::regproc AND (t.tgtype & 4) <> 0"
        )
        return {str(row[0]) for row in cursor.fetchall()}


def _columns(model: type[Model], change: RowChange) -> list[str]:
    """The columns of the model that the journal knows, quoted."""
    known: Mapping[str, Any] = change.before or {}
    return [_name(column) for column in columns_of(model) if column in known]


def _pk(model: type[Model]) -> str:
    return _name(str(model._meta.pk.column))


def _key_type(model: type[Model]) -> str:
    return str(model._meta.pk.rel_db_type(connection))


def _name(text: str) -> str:
    return str(connection.ops.quote_name(text))
