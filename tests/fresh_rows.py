"""What a new database holds (permissions, roles, stages), and the quick way back to it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction


def read_all() -> dict[str, bytes]:
    """The rows of every table that has any, as PostgreSQL's COPY writes them."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                found[table] = b"".join(copy)
    return {table: rows for table, rows in found.items() if rows}


def put_back(rows: Mapping[str, bytes]) -> None:
    """Fill emptied tables with what was read; foreign keys are checked at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(content)
