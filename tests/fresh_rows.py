"""What a new database holds (permissions, roles, stages), and the quick way back to it."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

WITH_TRIGGERS = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


class FreshRows:
    """Stands in for Django's flush. After a test that commits, only the tables that it changed are emptied:
    most write into a dozen of more than a hundred, and truncating makes new files for each.
    """

    def __init__(self) -> None:
        self._rows = read_all()
        self._emptied: set[str] = set()
        with connection.cursor() as cursor:
            cursor.execute(WITH_TRIGGERS)
            self._guarded = {table for (table,) in cursor.fetchall()}

    def emptying(self, *_: Any, **__: Any) -> list[str]:
        """The statements that empty what was changed, past triggers that write journals or forbid it."""
        now = read_all()
        changed = {name for name in {*now, *self._rows} if now.get(name) != self._rows.get(name)}
        if changed & self._rows.keys():
            # They refer to each other.
            changed |= self._rows.keys()
        self._emptied = changed
        guarded = sorted(changed & self._guarded)
        return [
            *(f'ALTER TABLE "{name}" DISABLE TRIGGER USER' for name in guarded),
            *(f'DELETE FROM "{name}"' for name in sorted(changed)),
            "SET CONSTRAINTS ALL IMMEDIATE",
            *(f'ALTER TABLE "{name}" ENABLE TRIGGER USER' for name in guarded),
        ]

    def put_back(self, *_: Any, **__: Any) -> None:
        """Fill the emptied tables with what they held at first; foreign keys are checked at the end."""
        with transaction.atomic(), connection.cursor() as cursor:
            for name in self._emptied & self._rows.keys():
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(self._rows[name])


def read_all() -> dict[str, bytes]:
    """The rows of every table that has any, as PostgreSQL's COPY writes them."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    has_rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(has_rows)
        for (name,) in cursor.fetchall():
            with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
                found[name] = b"".join(copy)
    return found
