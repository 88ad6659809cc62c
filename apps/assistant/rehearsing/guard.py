"""A rehearsal must not keep anybody waiting: bounded in time, and gone when somebody needs its rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings
from django.db import connection

from apps.assistant.rehearsing.stage import StageLease
from apps.core.db import returned_afterwards

log = structlog.get_logger(__name__)

#: How often it is asked whether somebody waits, in seconds.
LOOK_SECONDS = 0.5
#: As long may a person wait for us, and we for a person.
PATIENCE_SECONDS = 2.0
#: What has not stopped this long after it was told to, is cut off.
GRACE_SECONDS = 10.0


@contextmanager
def guarded(lease: StageLease) -> Iterator[None]:
    """Limits for the running transaction, and a watch over it until the end of the block."""
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(_limit(), lease, over), name="rehearsal-watch", daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _limit() -> int:
    """Let the database itself refuse to wait or to work too long; returns its process."""
    seconds = settings.ASSISTANT["REHEARSAL_SECONDS"]
    limits = {
        "lock_timeout": PATIENCE_SECONDS,
        "statement_timeout": seconds,
        "idle_in_transaction_session_timeout": seconds + GRACE_SECONDS,
    }
    with connection.cursor() as cursor:
        for name, value in limits.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, f"{int(value * 1000)}ms"])
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _watch(pid: int, lease: StageLease, over: threading.Event) -> None:
    waiting_since: float | None = None
    told: float | None = None
    with returned_afterwards():
        while not over.wait(LOOK_SECONDS):
            now = time.monotonic()
            try:
                waiting_since = (waiting_since or now) if _somebody_waits_for(pid) else None
                if waiting_since is not None and now - waiting_since >= PATIENCE_SECONDS:
                    lease.give_way()
                if lease.waited_for or now > lease.deadline:
                    told = told or now
                if told is not None and now - told > GRACE_SECONDS:
                    _cut_off(pid)
                    return
            except Exception as error:
                log.warning("rehearsal.not_watched", error=repr(error))
                return


def _somebody_waits_for(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND %s = ANY(pg_blocking_pids(pid)))",
            [pid],
        )
        return bool(cursor.fetchone()[0])


def _cut_off(pid: int) -> None:
    """End the session of a rehearsal that hangs: the database then rolls back what it holds."""
    log.error("rehearsal.cut_off", pid=pid)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
