from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from deploy.local import processes
from deploy.local.processes import Identity, identify
from tests.deploy.waiting import eventually

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
PATIENT = "import signal; print(flush=True); signal.pause()"


@pytest.fixture
def children() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for child in started:
        child.kill()
        child.communicate()


def start(children: list[subprocess.Popen[bytes]], code: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    children.append(child)
    assert child.stdout
    child.stdout.readline()
    return child


def test_this_process_is_alive_and_known_by_its_command() -> None:
    me = identify(os.getpid())
    assert me
    assert me.is_alive()
    assert "python" in processes.command_line(os.getpid())


def test_a_reused_process_id_is_another_process() -> None:
    assert not Identity(os.getpid(), "long ago").is_alive()


def test_a_zombie_counts_as_dead(children: list[subprocess.Popen[bytes]]) -> None:
    child = start(children, PATIENT)
    identity = identify(child.pid)
    assert identity
    os.kill(child.pid, signal.SIGKILL)  # not waited for: it stays a zombie
    assert eventually(lambda: not identity.is_alive())
    assert identify(child.pid) is None


def test_nobody_has_an_unused_process_id() -> None:
    unused = 2**22 + 1
    assert identify(unused) is None
    assert processes.command_line(unused) == ""


def test_stopping_begins_gently(children: list[subprocess.Popen[bytes]]) -> None:
    child = start(children, PATIENT)
    identity = identify(child.pid)
    assert identity
    assert processes.stop(identity, ((signal.SIGTERM, 10), (signal.SIGKILL, 10)))
    assert child.wait() == -signal.SIGTERM


def test_stopping_ends_with_force(children: list[subprocess.Popen[bytes]]) -> None:
    child = start(children, STUBBORN)
    identity = identify(child.pid)
    assert identity
    assert processes.stop(identity, ((signal.SIGTERM, 0.1), (signal.SIGKILL, 10)))
    assert child.wait() == -signal.SIGKILL


def test_stopping_says_when_a_process_stays(children: list[subprocess.Popen[bytes]]) -> None:
    identity = identify(start(children, STUBBORN).pid)
    assert identity
    assert not processes.stop(identity, ((signal.SIGTERM, 0.1),))


def test_stopping_spares_the_process_that_got_a_reused_id(children: list[subprocess.Popen[bytes]]) -> None:
    child = start(children, PATIENT)
    assert processes.stop(Identity(child.pid, "long ago"), ((signal.SIGKILL, 1),))
    assert child.poll() is None


def test_stopping_a_group_reaches_the_grandchildren(children: list[subprocess.Popen[bytes]]) -> None:
    family = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {PATIENT!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); print(child.pid, flush=True); child.wait()"
    )
    child = subprocess.Popen([sys.executable, "-c", family], stdout=subprocess.PIPE, start_new_session=True)
    children.append(child)
    assert child.stdout
    grandchild = identify(int(child.stdout.readline()))
    leader = identify(child.pid)
    assert grandchild
    assert leader
    assert processes.stop(leader, ((signal.SIGTERM, 10),), group=True)
    assert eventually(lambda: not grandchild.is_alive())
