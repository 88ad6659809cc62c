"""Other processes, recognised beyond doubt before they are touched: a process id may have been reused."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_LINUX = (_PROC / "self" / "stat").exists()


@dataclass(frozen=True)
class Identity:
    """One process: its id and when it started (in the system's own notation), which together are unique."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        """Whether this very process still runs; a zombie counts as dead."""
        return identify(self.pid) == self


def identify(pid: int) -> Identity | None:
    """The process that has this id now, or None."""
    started = _started_on_linux(pid) if _LINUX else _ask_ps(pid, "lstart=")
    return Identity(pid, started) if started else None


def command_line(pid: int) -> str:
    """The command of a process, arguments joined by spaces; empty if it is gone."""
    if not _LINUX:
        return _ask_ps(pid, "command=")
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace").strip()


def stop(process: Identity, signals: Iterable[tuple[signal.Signals, float]], *, group: bool = False) -> bool:
    """Send each signal in turn and wait its number of seconds; returns whether the process is gone.

    With `group`, signals go to the whole process group that the process leads.
    """
    for number, patience in signals:
        if not process.is_alive():
            return True
        try:
            (os.killpg if group else os.kill)(process.pid, number)
        except ProcessLookupError:
            return True
        if _ends_within(process, patience):
            return True
    return False


def _ends_within(process: Identity, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not process.is_alive():
            return True
        time.sleep(0.02)
    return not process.is_alive()


def _started_on_linux(pid: int) -> str:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
        threads = len(os.listdir(_PROC / str(pid) / "task"))  # noqa: PTH208 - only the number
    except OSError:
        return ""
    # The second field is the name in parentheses and may itself hold spaces and parentheses.
    state, *fields = stat.rpartition(")")[2].split()
    # A killed process keeps its files and ports until the last of its threads is gone.
    is_dead = state in "ZX" and threads <= 1
    return "" if is_dead else fields[18]


def _ask_ps(pid: int, column: str) -> str:
    question = ["ps", "-o", column, "-p", str(pid)]
    answer = subprocess.run(question, capture_output=True, text=True, check=False, timeout=5)
    return answer.stdout.strip()
