from __future__ import annotations

from pathlib import Path

import environ
import pytest

from deploy.local import environment

LINES = {
    "PLAIN=value": ("PLAIN", "value"),
    "export EXPORTED=value": ("EXPORTED", "value"),
    "SINGLE='two words'": ("SINGLE", "two words"),
    'DOUBLE="two words"': ("DOUBLE", "two words"),
    "URL=postgres://u:p%23@h:5432/d?sslmode=require": ("URL", "postgres://u:p%23@h:5432/d?sslmode=require"),
    "HASH=abc#def": ("HASH", "abc#def"),
    "EMPTY=": ("EMPTY", ""),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_means_what_django_will_read_from_it(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, value = LINES[line]
    monkeypatch.delenv(name, raising=False)
    assert environment.parse(line) == {name: value}
    (tmp_path / ".env").write_text(line)
    environ.Env.read_env(tmp_path / ".env", overwrite=True)
    assert environ.Env()(name) == value


@pytest.mark.parametrize("line", ["", "# NAME=value", "no assignment", "1NAME=value"])
def test_other_lines_mean_nothing(line: str) -> None:
    assert environment.parse(line) == {}


def test_the_process_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("REDIS_URL=redis://file\nDATABASE_URL=postgres://file\n")
    monkeypatch.setenv("REDIS_URL", "redis://process")
    monkeypatch.setenv("DATABASE_URL", "")
    given = environment.read(tmp_path / ".env")
    assert given["REDIS_URL"] == "redis://process"
    assert given["DATABASE_URL"] == "postgres://file", "a variable set to nothing counts as not set"


def test_no_file_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8001")
    assert environment.read(tmp_path / ".env")["PORT"] == "8001"
