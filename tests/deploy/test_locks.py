from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import locks
from deploy.local.place import REPOSITORY
from tests.deploy.waiting import eventually

HOLDER = """
import signal, sys
from pathlib import Path
from deploy.local import locks
with locks.exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    signal.pause()
"""


def is_free(path: Path) -> bool:
    with locks.attempt(path) as held:
        return held


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locks.exclusive(path):
        assert not is_free(path)
    assert is_free(path)


def test_sharers_do_not_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locks.shared(path), locks.shared(path):
        assert not is_free(path)
    assert is_free(path)


def test_who_waits_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lock"
    with locks.exclusive(path, waiting="Waiting."):
        assert capsys.readouterr().err == "", "nobody else has it"


def test_a_killed_holder_keeps_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert not is_free(path)
        holder.send_signal(signal.SIGKILL)
        assert eventually(lambda: is_free(path))
