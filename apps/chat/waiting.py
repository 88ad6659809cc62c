"""Waiting for a run without holding anything that others need."""

from __future__ import annotations

import threading
import time
from uuid import UUID

from apps.assistant.choices import FINAL, RunStatus
from apps.assistant.models import Run
from apps.core.db import release_connection

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.25
WAITERS = threading.BoundedSemaphore(32)
"""Each waiting request occupies a server thread; beyond these, clients get their receipt at once."""

SETTLED = frozenset({*FINAL, RunStatus.WAITING_APPROVAL})
"""Nothing more happens by itself: finished, or waiting for a person."""


def wait_for(run_id: UUID, seconds: float) -> bool:
    """Look at the run until it has settled or `seconds` have passed; false when this server cannot wait now.

    No database connection is held between two looks.
    """
    if not WAITERS.acquire(blocking=False):
        return False
    try:
        _watch(run_id, time.monotonic() + seconds)
    finally:
        WAITERS.release()
    return True


def _watch(run_id: UUID, deadline: float) -> None:
    pause = FIRST_PAUSE
    while not _settled(run_id) and (left := deadline - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


def _settled(run_id: UUID) -> bool:
    status = Run.objects.filter(pk=run_id).values_list("status", flat=True).first()
    release_connection()
    return status is None or status in SETTLED
