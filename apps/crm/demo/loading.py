"""Loading millions of rows: the tables' indexes and foreign keys are put aside and made again at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

# Memory for making one index, for this transaction only.
_WORK_MEMORY = "SET LOCAL maintenance_work_mem = '512MB'"

_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
ORDER BY conrelid, conname
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY indrelid, indexrelid
"""


class _ForeignKey(NamedTuple):
    table: str
    name: str
    definition: str


class _Index(NamedTuple):
    name: str
    definition: str


@contextmanager
def bare(tables: Sequence[type[models.Model]], *, progress: Callable[[str], None]) -> Iterator[None]:
    """The tables without foreign keys and without indexes other than those of keys, inside a transaction.

    Filling a table row by row through fifteen indexes costs several times what making them at the end does;
    so do single checks of a foreign key. When the block ends, everything is as before (and checked), or the
    transaction is rolled back. The tables are locked against everybody else until it ends.
    """
    names = [f'"{model._meta.db_table}"' for model in tables]
    with connection.cursor() as cursor:
        # Checks that wait for the end of the transaction forbid changes of the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_FOREIGN_KEYS, [names])
        keys = [_ForeignKey(*row) for row in cursor.fetchall()]
        cursor.execute(_INDEXES, [names])
        indexes = [_Index(*row) for row in cursor.fetchall()]
        for key in keys:
            cursor.execute(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")
        for index in indexes:
            cursor.execute(f"DROP INDEX {index.name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(_WORK_MEMORY)
        for number, index in enumerate(indexes, start=1):
            progress(f"Index {number} of {len(indexes)}: {index.name} …")
            cursor.execute(index.definition)
        progress("Checking what points where …")
        _restore_keys(cursor, keys)


def _restore_keys(cursor: CursorWrapper, keys: Sequence[_ForeignKey]) -> None:
    for key in keys:
        cursor.execute(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}")


def tidy(tables: Sequence[type[models.Model]]) -> None:
    """After the commit: statistics for the planner, and a map of what all may see for index-only reads."""
    names = ", ".join(f'"{model._meta.db_table}"' for model in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {names}")
