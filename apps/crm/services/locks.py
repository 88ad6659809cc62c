"""One door for new leads."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

from apps.core.errors import Conflict

#: An arbitrary number that stands for "adding leads" among PostgreSQL's advisory locks.
LOCK_KEY = 7_311_942_001
POLL_SECONDS = 0.5


def hold_door(*, patience: float, waiting: Callable[[], None] = lambda: None) -> None:
    """Be the only one who adds leads until the running transaction ends.

    Looking for a duplicate and adding the lead are two steps; between them nobody else may add the same one.
    Waits up to `patience` seconds, calling `waiting` now and then. Raises `Conflict` after that.
    """
    deadline = time.monotonic() + patience
    while not _try():
        if time.monotonic() > deadline:
            raise Conflict("Leads are being imported right now. Please try again in a minute.", code="busy")
        waiting()
        time.sleep(POLL_SECONDS)


def _try() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        return bool(cursor.fetchone()[0])
