"""Loading millions of rows: the tables' indexes and keys are put aside and made again at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, models

# Memory for making one index, for this transaction only.
_WORK_MEMORY = "SET LOCAL maintenance_work_mem = '512MB'"

# Foreign keys of these tables and those that point to them, before the keys that they need.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint
WHERE (contype = 'f' AND confrelid = ANY(%(tables)s::regclass[]))
   OR (contype IN ('f', 'p', 'u') AND conrelid = ANY(%(tables)s::regclass[]))
ORDER BY contype <> 'f', conrelid, conname
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%(tables)s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
ORDER BY indrelid, indexrelid
"""


class _Constraint(NamedTuple):
    table: str
    name: str
    definition: str


class _Index(NamedTuple):
    name: str
    definition: str


@contextmanager
def bare(tables: Sequence[type[models.Model]], *, progress: Callable[[str], None]) -> Iterator[None]:
    """The tables without indexes, keys and foreign keys, inside a transaction.

    Filling a table row by row through fifteen indexes costs several times what making them at the end does;
    so do single checks of a foreign key. When the block ends, everything is as before (and checked), or the
    transaction is rolled back. These tables, and those that point to them, are locked until it ends.
    """
    given = {"tables": [f'"{model._meta.db_table}"' for model in tables]}
    with connection.cursor() as cursor:
        # Checks that wait for the end of the transaction forbid changes of the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_CONSTRAINTS, given)
        constraints = [_Constraint(*row) for row in cursor.fetchall()]
        cursor.execute(_INDEXES, given)
        indexes = [_Index(*row) for row in cursor.fetchall()]
        for constraint in constraints:
            cursor.execute(f"ALTER TABLE {constraint.table} DROP CONSTRAINT {constraint.name}")
        for index in indexes:
            cursor.execute(f"DROP INDEX {index.name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(_WORK_MEMORY)
        for number, index in enumerate(indexes, start=1):
            progress(f"Index {number} of {len(indexes)}: {index.name} …")
            cursor.execute(index.definition)
        progress("Checking what points where …")
        for table, name, definition in reversed(constraints):
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def tidy(tables: Sequence[type[models.Model]]) -> None:
    """After the commit: statistics for the planner, and a map of what all may see for index-only reads."""
    names = ", ".join(f'"{model._meta.db_table}"' for model in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {names}")
