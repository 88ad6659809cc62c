"""What the embedded PostgreSQL and Redis have in common: start, recognise and stop one server process.

A server outlives the command that started it, because several commands (`make run`, `make ask`) may share it;
see `services` for who stops it.
"""

from __future__ import annotations

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from deploy.local import processes
from deploy.local.console import LauncherError
from deploy.local.place import private_folder
from deploy.local.ports import free_port, refusal

_LOG_LIMIT = 5_000_000


class Daemon(ABC):
    """One server with its folder. Callers hold the instance's start lock around `ensure` and `stop`."""

    name: ClassVar[str]
    #: The environment variable in which the application looks for `url`.
    variable: ClassVar[str]
    #: What to send to stop it, gentlest first, each with the seconds it gets.
    farewell: ClassVar[Sequence[tuple[signal.Signals, float]]]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """The loopback port it was last given; 0 before the first start."""
        try:
            return int((self.folder / "port").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    @property
    @abstractmethod
    def url(self) -> str:
        """How the application reaches it, password included."""

    @abstractmethod
    def prepare(self, port: int) -> None:
        """Make everything ready for a start on this port."""

    @abstractmethod
    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process, its output going to the log."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes commands now; raises LauncherError if it never will."""

    @abstractmethod
    def recorded(self) -> tuple[int, str] | None:
        """The process id that the server wrote down, and what its command line must contain to be ours."""

    def settle(self) -> None:  # noqa: B027 - most servers need nothing
        """What to do once, when it first answers; safe to repeat."""

    def discard_damage(self) -> None:  # noqa: B027 - most servers need nothing
        """Called when it did not start: set aside what may keep it from starting and is not needed."""

    def process(self) -> processes.Identity | None:
        """The running server, or None. A stale process id that now belongs to another program is not ours."""
        record = self.recorded()
        if record is None:
            return None
        pid, mark = record
        found = processes.identify(pid)
        return found if found and mark in processes.command_line(pid) else None

    def ensure(self, *, keep_port: bool = False, patience: float = 30) -> None:
        """Have it running and answering within `patience` seconds.

        With `keep_port`, only the port it had will do: the application knows no other.
        """
        private_folder(self.folder)
        deadline = time.monotonic() + patience
        if self.process() is None:
            self._start(self._choose_port(keep_port=keep_port), deadline)
        elif not self._answers_by(deadline):
            raise LauncherError(f"{self.name} runs but does not answer; its log is {self.log}")
        self.settle()

    def stop(self) -> None:
        """Stop it in good order; by force if it takes too long. Nothing happens if it is not running."""
        running = self.process()
        if running and not processes.stop(running, self.farewell):
            raise LauncherError(f"Could not stop {self.name} (process {running.pid}).")

    def _choose_port(self, *, keep_port: bool) -> int:
        if self.port and not refusal(self.port):
            return self.port
        if self.port and keep_port:
            raise LauncherError(f"Port {self.port} of {self.name} is taken by another program.")
        return free_port()

    def _start(self, port: int, deadline: float) -> None:
        self._bury()
        self._shorten_log()
        self.prepare(port)
        (self.folder / "port").write_text(str(port))
        # After kill -9 the old server's children may hold its memory or files for a moment longer: try again.
        for attempt in range(100):
            self._child = self.launch()
            if self._comes_up(self._child, deadline):
                return
            if time.monotonic() > deadline:
                break
            if attempt >= 3:
                self.discard_damage()
            time.sleep(0.3)
        raise LauncherError(f"{self.name} does not start: {self._last_words()} (log: {self.log})")

    def _bury(self) -> None:
        """A server that died is a process until its parent has asked how it ended: PostgreSQL would not start
        beside it.
        """
        if self._child:
            self._child.poll()

    def _comes_up(self, child: subprocess.Popen[bytes], deadline: float) -> bool:
        while time.monotonic() < deadline:
            if child.poll() is not None:
                return False
            if self.answers():
                return True
            time.sleep(0.1)
        child.kill()
        child.wait()
        return False

    def _answers_by(self, deadline: float) -> bool:
        while not self.answers():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def _shorten_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_name("log.1"))

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "it wrote nothing to its log")
