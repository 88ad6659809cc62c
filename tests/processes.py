"""Real processes of the platform on a test's own database, for what one process cannot show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

WORKER = ["-m", "celery", "-A", "mezzofy", "worker", "-Q", "assistant,heavy", "-P", "threads", "-c", "8"]


def environment(database: str, **more: str) -> dict[str, str]:
    """What a child process needs to work on that database, with this test process's files and Redis."""
    login = connection.settings_dict
    account = f"{login['USER']}:{login['PASSWORD']}@{login['HOST']}:{login['PORT']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mezzofy.settings.test",
        "DATABASE_URL": f"postgres://{account}/{database}",
        "MEZZOFY_TEST_FILES": str(Path(storages["artifacts"].base_location).parent),  # type: ignore[attr-defined]
        "DATABASE_POOL_SIZE": "8",
        **more,
    }


class Process:
    """A Python process in a process group of its own; its output goes to `log`."""

    def __init__(self, arguments: Sequence[str], *, env: dict[str, str], log: Path) -> None:
        self.log = log
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9, as the kernel does it when memory runs out."""
        if self.alive:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)


def until(met: Callable[[], bool], what: str, *, seconds: float = 100) -> None:
    """Look again until the condition is met; the clock only bounds a failure."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not met():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        pause.wait(0.05)
