"""The processes of `make run` under honcho: one log stream, and whatever dies is started again.

Honcho ends everything when one process ends. Here a process that ends unasked is started again after a pause,
so honcho sees only the last end of each. Threads read the output instead of honcho's reader processes: fewer
things that can be killed.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from deploy.local import processes
from deploy.local.console import LauncherError
from deploy.local.daemons import Daemon
from deploy.local.place import write_private

Events = queue.Queue[Any]

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
#: A process that lived this long (seconds) is healthy: its next death starts with the first pause again.
HEALTHY_AFTER = 30.0
#: Seconds between the request to end and force.
PATIENCE = 8.0
#: Seconds between two looks at a server and its log.
GLANCE = 0.3


class Pause:
    """How long to wait before the next start: doubling while starts keep failing soon."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def after(self, lifetime: float) -> float:
        """Seconds to wait after a life of `lifetime` seconds."""
        if lifetime >= HEALTHY_AFTER:
            self._next = FIRST_PAUSE
        pause, self._next = self._next, min(self._next * 2, LONGEST_PAUSE)
        return pause


class Kept(Process):
    """A command that honcho runs and that is started again whenever it ends, until `stop`.

    It begins after the event `after`, if there is one. The file `note` names the running process, for
    `end_leftovers` of a later start.
    """

    _child: subprocess.Popen[bytes] | None

    def __init__(
        self, cmd: list[str], *, note: Path, after: threading.Event | None = None, **options: Any
    ) -> None:
        super().__init__(cmd, **options)
        self._note = note
        self._after = after
        self._stopping = threading.Event()
        self._pause = Pause()

    def run(self, events: Events | None = None, ignore_signals: bool = False) -> None:  # noqa: ARG002 - honcho's signature
        """Live until stopped, sending honcho's messages to `events`."""
        self._events = events
        self._await_turn()
        while not self._stopping.is_set():
            born = time.monotonic()
            code = self._live()
            if not self._stopping.is_set():
                pause = self._pause.after(time.monotonic() - born)
                self._send_message(f"ended unasked (exit code {code}); starting again in {pause:g} s\n")
                self._stopping.wait(pause)
        self._send_message({"returncode": 0}, type="stop")

    def stop(self) -> None:
        """Ask the process to end, and force it after a while."""
        self._stopping.set()
        if self._child:
            self._ask_to_end(self._child)

    def _await_turn(self) -> None:
        while self._after and not self._stopping.is_set():
            if self._after.wait(GLANCE):
                break

    def _live(self) -> int:
        child = subprocess.Popen(
            [*_dies_with_us(), *self.cmd],
            env=self.env,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._child = child
        if identity := processes.identify(child.pid):
            write_private(self._note, f"{identity.pid} {identity.started}")
        self._send_message({"pid": child.pid}, type="start")
        # The pipe ends only when the last grandchild does, so its end does not tell when the process ended.
        reader = threading.Thread(target=self._relay, args=[child], daemon=True)
        reader.start()
        if self._stopping.is_set():
            self._ask_to_end(child)
        code = child.wait()
        _kill_group(child.pid)
        self._note.unlink(missing_ok=True)
        reader.join(timeout=2)
        return code

    def _relay(self, child: subprocess.Popen[bytes]) -> None:
        for line in child.stdout or ():
            self._send_message(line)

    def _ask_to_end(self, child: subprocess.Popen[bytes]) -> None:
        # Only the process itself: Celery finishes its tasks only if its pool does not get the signal too.
        child.terminate()
        timer = threading.Timer(PATIENCE, _force, [child])
        timer.daemon = True
        timer.start()


class Once(Kept):
    """A command that must succeed once, which sets the event `done`; its failure ends everything."""

    def __init__(self, cmd: list[str], **options: Any) -> None:
        super().__init__(cmd, **options)
        self.done = threading.Event()
        #: Whether it failed by itself, rather than being stopped.
        self.has_failed = False

    def run(self, events: Events | None = None, ignore_signals: bool = False) -> None:  # noqa: ARG002 - honcho's signature
        """Run the command, then stay until stopped: honcho ends everything when one of its processes ends."""
        self._events = events
        code = self._live()
        if code == 0:
            self.done.set()
            self._stopping.wait()
        self.has_failed = code != 0 and not self._stopping.is_set()
        self._send_message({"returncode": code}, type="stop")


class Watched(Process):
    """A server that runs outside honcho: its log joins the stream, and it is brought back when it dies."""

    def __init__(self, daemon: Daemon, revive: Callable[[Daemon], None]) -> None:
        super().__init__([], name=daemon.name)
        self._daemon = daemon
        self._revive = revive
        self._stopping = threading.Event()
        self._position = daemon.log.stat().st_size if daemon.log.exists() else 0

    def run(self, events: Events | None = None, ignore_signals: bool = False) -> None:  # noqa: ARG002 - honcho's signature
        """Watch until stopped; the server itself goes on."""
        self._events = events
        running = self._daemon.process()
        self._send_message({"pid": running.pid if running else 0}, type="start")
        pause = Pause()
        while not self._stopping.wait(GLANCE):
            self._relay()
            if self._daemon.process() is None:
                self._send_message("ended unasked; starting again\n")
                if not self._bring_back():
                    self._stopping.wait(pause.after(0))
        self._send_message({"returncode": 0}, type="stop")

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()

    def _bring_back(self) -> bool:
        try:
            self._revive(self._daemon)
        except (LauncherError, OSError) as error:
            self._send_message(f"{error}\n")
            return False
        return True

    def _relay(self) -> None:
        try:
            if self._daemon.log.stat().st_size < self._position:
                self._position = 0
            with self._daemon.log.open("rb") as log:
                log.seek(self._position)
                for line in log:
                    self._send_message(line)
                self._position = log.tell()
        except FileNotFoundError:
            self._position = 0


class Supervisor(Manager):
    """Honcho's manager over processes that are kept alive; its `loop` ends on SIGINT or SIGTERM only."""

    def __init__(self) -> None:
        super().__init__(Printer(sys.stdout))
        self.events: Events = queue.Queue()
        self._is_ending = False

    def add(self, process: Kept | Watched) -> None:
        """Have `process` run by `loop`."""
        # Honcho lends the name a colour and a column; only then does ours take the place of its process.
        process.colour = self.add_process(process.name, []).colour
        self._processes[process.name]["obj"] = process

    def terminate(self) -> None:
        """Ask every process to end."""
        if not self._is_ending:
            self._is_ending = True
            for each in self._processes.values():
                each["obj"].stop()

    def kill(self) -> None:
        """Nothing to add to `terminate`: each process that does not end in time is forced."""

    def _all_started(self) -> bool:
        # Honcho waits for every process to begin before it ends any; one of ours may end without a beginning.
        return True

    def _start(self) -> None:
        for name, each in self._processes.items():
            threading.Thread(target=each["obj"].run, args=[self.events], name=name, daemon=True).start()


def end_leftovers(notes: Path) -> None:
    """End what an earlier launcher left behind when it was killed, by the notes in this folder."""
    for note in notes.glob("*.process"):
        pid, _, started = note.read_text().partition(" ")
        leftover = processes.Identity(int(pid), started)
        if leftover.is_alive():
            processes.stop(leftover, ((signal.SIGTERM, 5), (signal.SIGKILL, 5)), group=True)
        note.unlink()


def _dies_with_us() -> tuple[str, ...]:
    # The kernel kills it when the thread that started it ends, and that thread lives as long as it.
    return ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()


def _force(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        _kill_group(child.pid)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
