"""`make run`: everything, in the foreground, until Ctrl-C."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from deploy.local import locks, ports
from deploy.local.console import LauncherError, say
from deploy.local.place import REPOSITORY, Place, write_private
from deploy.local.prepared import Prepared
from deploy.local.readiness import announce
from deploy.local.services import Services
from deploy.local.supervisor import Kept, Once, Supervisor, Watched, end_leftovers

_PR_SET_PDEATHSIG = 1
# As root, Celery would warn about root at every start; that concerns production, which has units of its own.
_WARNINGS = ("-W", "ignore::Warning:celery.platforms")
_PREPARE = [sys.executable, "-m", "deploy.local.prepare", "--seed"]
_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"


def serve(environment: Mapping[str, str]) -> int:
    """Start everything and stay until told to stop; raises LauncherError if that cannot begin."""
    place = Place.of(environment)
    note = place.run / "launcher.json"
    with locks.attempt(place.run / "launcher.lock") as alone:
        if not alone:
            raise LauncherError(_already_running(note))
        _end_with_make()
        end_leftovers(place.run)
        port = _port(environment)
        write_private(note, json.dumps({"pid": os.getpid(), "port": port}))
        services = Services.of(place, environment)
        with services.held() as variables:
            code = _bring_up(services, port, {**os.environ, **variables, "PYTHONUNBUFFERED": "1"})
    say(f"Stopped. The data stays in {place.data}.")
    return code


def _bring_up(services: Services, port: int, variables: Mapping[str, str]) -> int:
    run, prepared, ready = services.place.run, Prepared(services.place, variables), threading.Event()
    options = {"env": dict(variables), "cwd": str(REPOSITORY)}
    supervisor = Supervisor()
    for daemon in services.daemons:
        supervisor.add(Watched(daemon, services.revive))
    preparing = Once(_PREPARE, note=run / "prepare.process", name="prepare", **options)
    supervisor.add(preparing)
    # On a database that we left up to date, all begin at once; beat is not needed for being ready.
    ground = None if prepared.is_likely() else preparing.done
    for name, command in _commands(port).items():
        after = ready if name == "beat" else ground
        supervisor.add(Kept(command, note=run / f"{name}.process", name=name, after=after, **options))
    announcing = threading.Thread(target=_announce, args=[port, preparing, prepared, ready], daemon=True)
    announcing.start()
    supervisor.loop()
    if preparing.has_failed:
        say("The database could not be prepared; see above.")
    return 1 if preparing.has_failed else 0


def _announce(port: int, preparing: Once, prepared: Prepared, ready: threading.Event) -> None:
    preparing.done.wait()
    prepared.remember()
    announce(port)
    ready.set()


def _commands(port: int) -> dict[str, list[str]]:
    # Modules, not the scripts in .venv/bin: those name the folder of their installation, and it may be moved.
    python = [sys.executable, *_WARNINGS, "-m"]
    celery = [*python, "celery", "--quiet", "-A", "mezzofy"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return {
        "web": [
            *python,
            "daphne",
            "-v",
            "0",
            "-b",
            ports.LOOPBACK,
            "-p",
            str(port),
            "mezzofy.asgi:application",
        ],
        "assistant": [*worker, "-Q", "assistant", "-P", "threads", "-c", "64", "-n", "assistant@%h"],
        "heavy": [*worker, "-Q", "heavy", "-P", "prefork", "-c", "2", "-n", "heavy@%h"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "-S", _SCHEDULER],
    }


def _port(environment: Mapping[str, str]) -> int:
    given = environment.get("PORT", "8000")
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise LauncherError(f"PORT must be a number from 1 to 65535, not {given!r}.")
    if reason := ports.refusal(int(given)):
        hint = f"Choose another one, for instance: make run PORT={int(given) + 1}"
        raise LauncherError(f"Port {given} cannot be used: {reason}. {hint}")
    return int(given)


def _already_running(note: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        other = json.loads(note.read_text())
        where = f"http://localhost:{other['port']} (process {other['pid']})"
        return f"Mezzofy already runs from this folder at {where}."
    return "Mezzofy already runs from this folder."


def _end_with_make() -> None:
    """Stop when the `make` that started us is killed, and in good order when the terminal closes."""
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
