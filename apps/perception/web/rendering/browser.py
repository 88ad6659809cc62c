"""Starting the browser's process, watching it, and leaving nothing of it behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from django.conf import settings

from apps.perception.web.errors import PageError
from apps.perception.web.rendering.job import LOG_FILE, RESULT_FILE, Job, Outcome

log = structlog.get_logger(__name__)

NAMES = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome")
#: Browsers at once on this machine, over all processes: each takes a few hundred megabytes.
SLOTS = 2
SLOT_SECONDS = 30.0
TICK = 0.1
DYING_SECONDS = 5.0
MISSING = (
    "Pages that are made by scripts cannot be read here, because no Chromium is installed on the server. An "
    "administrator can install the package “chromium”."
)


def ready() -> str:
    """ "" or why no page can be opened in a browser."""
    return "" if chromium() and find_spec("playwright") is not None else MISSING


def chromium() -> str:
    """The path of the browser; "" when there is none."""
    chosen = str(settings.WEB["BROWSER"])
    if chosen:
        return shutil.which(chosen) or ""
    return next(filter(None, map(shutil.which, NAMES)), "")


@contextmanager
def workshop() -> Iterator[Path]:
    """A private folder for one visit; it is gone afterwards."""
    with TemporaryDirectory(prefix="mezzofy-page-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def run(job: Job, *, check: Callable[[], None]) -> Outcome:
    """Open the page in a process of its own. `check` is asked all the time and may raise to stop.

    However this ends, the process, the browser and all that they started are gone afterwards. Raises
    `PageError` when the browser does not start or does not come to an end in time.
    """
    log_file = Path(job.folder, LOG_FILE)
    with _slot(check), log_file.open("wb") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "apps.perception.web.rendering.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            cwd=settings.BASE_DIR,
            env=_environment(job.folder),
            start_new_session=True,
            text=True,
        )
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.write(f"{job.model_dump_json()}\n")
                process.stdin.flush()
            _watch(process, job, check)
        finally:
            _end(process)
    result = Path(job.folder, RESULT_FILE)
    if not result.is_file():
        log.warning("web.browser_failed", code=process.returncode, said=_last_words(log_file))
        raise PageError("The browser did not finish with this page in time.", code="timeout")
    return Outcome.model_validate_json(result.read_text(encoding="utf-8"))


def _last_words(log_file: Path) -> str:
    return log_file.read_text(encoding="utf-8", errors="replace")[-500:]


def _watch(process: subprocess.Popen[str], job: Job, check: Callable[[], None]) -> None:
    until = time.monotonic() + job.seconds
    while process.poll() is None and time.monotonic() < until:
        check()
        time.sleep(TICK)


def _environment(folder: str) -> dict[str, str]:
    """No keys, no addresses of databases: a page that breaks out of the browser finds nothing there."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "HOME": folder, "TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"}


def _end(process: subprocess.Popen[str]) -> None:
    """Kill everything below the process, then itself: the browser lives in a session of its own. The process
    inherits what loses its parent meanwhile, so nothing slips away; killing takes a busy machine a moment.
    """
    until = time.monotonic() + DYING_SECONDS
    while (below := _descendants(process.pid)) and time.monotonic() < until:
        for pid in below:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(TICK / 10)
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    process.kill()
    process.wait()


def _descendants(root: int) -> list[int]:
    """Every living process below `root`. Empty where the system has no /proc."""
    children: dict[int, list[int]] = {}
    dead = set()
    for entry in Path("/proc").glob("[0-9]*"):
        if fields := _stat(int(entry.name)):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
            dead |= {int(entry.name)} if fields[0] == "Z" else set()
    found: list[int] = []
    pending = list(children.get(root, ()))
    while pending:
        pid = pending.pop()
        found += [] if pid in dead else [pid]
        pending.extend(children.get(pid, ()))
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on (the name before it may hold anything)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


@contextmanager
def _slot(check: Callable[[], None]) -> Iterator[None]:
    """One of few places; the kernel frees it when its holder dies."""
    folder = Path(settings.DATA_DIR) / "browsers"
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + SLOT_SECONDS
    while time.monotonic() < until:
        for number in range(SLOTS):
            with (folder / f"{number}.lock").open("w") as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                yield
                return
        check()
        time.sleep(TICK)
    raise PageError("All browsers are busy at the moment. Please try again in a minute.", code="busy")
