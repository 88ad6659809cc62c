"""Which rows a step of a run changes: told by triggers, so that no way of writing escapes.

A table that is watched has a trigger which does nothing unless the transaction has said for which run it
works. Runs are so shown, rehearsed and undone row by row; people's own changes leave no trace here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, migrations

RUN, STEP = "mezzofy.run", "mezzofy.step"

FUNCTION = """
CREATE OR REPLACE FUNCTION audit_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_out text[] := COALESCE(TG_ARGV, '{}');
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) - left_out END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) - left_out END;
BEGIN
    IF old_row IS DISTINCT FROM new_row THEN
        INSERT INTO audit_rowchange (at, run_id, step_id, "table", row_id, operation, before, after)
        VALUES (
            clock_timestamp(), current_setting('mezzofy.run')::uuid,
            NULLIF(current_setting('mezzofy.step', true), '')::uuid,
            TG_TABLE_NAME, COALESCE(new_row, old_row) ->> 'id', TG_OP, old_row, new_row
        );
    END IF;
    RETURN NULL;
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION IF EXISTS audit_journal() CASCADE;"


def watch(*tables: str, leave_out: Sequence[str] = ()) -> list[migrations.RunSQL]:
    """The operations of a migration that puts the trigger on `tables`, whose key is `id`.

    `leave_out` are columns that the database computes itself: they are neither compared nor put back.
    """
    arguments = ", ".join(f"'{column}'" for column in leave_out)
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_journal AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW "
            f"WHEN (COALESCE(current_setting('{RUN}', true), '') <> '') "
            f"EXECUTE FUNCTION audit_journal({arguments});",
            f"DROP TRIGGER IF EXISTS {table}_journal ON {table};",
        )
        for table in tables
    ]


@contextmanager
def working_for(run_id: UUID, step_id: UUID | None = None) -> Iterator[None]:
    """Until the end of the block, what this transaction changes is `run_id`'s. Needs a transaction.

    An error that leaves the block must roll back the transaction, or the savepoint that it began in: what was
    said here goes with it.
    """
    _say(str(run_id), str(step_id or ""))
    yield
    if not connection.needs_rollback:
        _say("", "")


def _say(run: str, step: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true), set_config(%s, %s, true)", [RUN, run, STEP, step])
