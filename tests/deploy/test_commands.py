from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import commands, locks, serving
from deploy.local.__main__ import main
from deploy.local.console import LauncherError
from deploy.local.foreground import attend
from deploy.local.place import REPOSITORY, Place
from deploy.local.ports import LOOPBACK, free_port


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A repository's data folder with something in it."""
    place = Place.at(tmp_path / ".local")
    (place.data / "artifacts").mkdir()
    monkeypatch.setattr(commands, "LOCAL", place.data)
    monkeypatch.setenv("MEZZOFY_DATA_DIR", str(place.data))
    return place


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("builtins.input", lambda _question: text)


def test_reset_deletes_after_a_yes(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "yes")
    assert commands.reset() == 0
    assert not home.data.exists()


@pytest.mark.parametrize("text", ["", "y", "no"])
def test_reset_deletes_nothing_otherwise(home: Place, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    answer(monkeypatch, text)
    assert commands.reset() == 1
    assert (home.data / "artifacts").exists()


def test_reset_refuses_while_mezzofy_runs(home: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "yes")
    with locks.exclusive(home.run / "launcher.lock"), pytest.raises(LauncherError, match="is running"):
        commands.reset()
    assert home.data.exists()


def test_reset_touches_nothing_outside_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEZZOFY_DATA_DIR", str(tmp_path / "precious"))
    with pytest.raises(LauncherError, match="outside the repository"):
        commands.reset()
    assert (tmp_path / "precious").exists()


def test_run_refuses_to_run_twice(home: Place) -> None:
    (home.run / "launcher.json").write_text('{"pid": 42, "port": 8123}')
    sentence = r"already runs .* http://localhost:8123 \(process 42\)"
    with locks.exclusive(home.run / "launcher.lock"), pytest.raises(LauncherError, match=sentence):
        serving.serve({"MEZZOFY_DATA_DIR": str(home.data)})


def test_run_refuses_a_taken_port_in_one_sentence(home: Place) -> None:
    with socket.create_server((LOOPBACK, free_port())) as server:
        port = server.getsockname()[1]
        with pytest.raises(LauncherError, match=f"Port {port} cannot be used: another program listens on it"):
            serving.serve({"MEZZOFY_DATA_DIR": str(home.data), "PORT": str(port)})
    assert not (home.data / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_run_refuses_what_is_no_port(home: Place, port: str) -> None:
    with pytest.raises(LauncherError, match="PORT must be a number"):
        serving.serve({"MEZZOFY_DATA_DIR": str(home.data), "PORT": port})


def test_ask_wants_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("Q", raising=False)
    with pytest.raises(LauncherError, match="Ask something"):
        commands.ask()


def test_an_unknown_command_shows_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert "run" in capsys.readouterr().err


@pytest.mark.parametrize(("ending", "code"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), 9)", 137)])
def test_a_command_in_the_foreground_gives_its_exit_code(ending: str, code: int) -> None:
    assert attend([sys.executable, "-c", f"import os, sys; {ending}"], {}) == code


def test_what_runs_first_needs_only_the_standard_library() -> None:
    bare = [sys.executable, "-S", "-m", "deploy.local"]  # -S: no installed package can be imported
    done = subprocess.run(bare, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage:")
