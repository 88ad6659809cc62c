from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.place import REPOSITORY

QUESTION = 'what\'s "ABC" worth in $5 & `ls` $(HOME) 100% \\n é?'
HANDED_OVER = ("Q", "ASK_AS", "FILE", "AGENT", "ARGS", "PORT")


@pytest.fixture
def interpreter(tmp_path: Path) -> Path:
    """Stands for Python: prints what it was called with and what it found in its environment."""
    script = tmp_path / "interpreter"
    shown = "\n".join(f'printf "{name}=%s\\n" "${{{name}-}}"' for name in HANDED_OVER)
    script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*"\n{shown}\n')
    script.chmod(0o755)
    return script


def make(interpreter: Path, *arguments: str, **variables: str) -> tuple[str, dict[str, str]]:
    """The launcher's arguments and the variables that it gets from make."""
    program = shutil.which("make")
    assert program
    environment = {"PATH": os.environ["PATH"], **variables}
    command = [program, "--no-print-directory", f"PYTHON={interpreter}", *arguments]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    called, *shown = done.stdout.splitlines()
    return called, dict(line.split("=", 1) for line in shown)


def test_a_question_arrives_exactly_as_typed(interpreter: Path) -> None:
    called, found = make(
        interpreter, "ask", f"Q={QUESTION}", "AS=ceo@demo.mezzofy.com", "FILE=my leads.csv", "AGENT=sales"
    )
    assert called == "-m deploy.local ask"
    assert found["Q"] == QUESTION
    assert (found["ASK_AS"], found["FILE"], found["AGENT"]) == (
        "ceo@demo.mezzofy.com",
        "my leads.csv",
        "sales",
    )


def test_a_question_may_come_from_the_environment(interpreter: Path) -> None:
    assert make(interpreter, "ask", Q=QUESTION)[1]["Q"] == QUESTION


def test_an_assembler_in_the_environment_is_nobody_to_ask_as(interpreter: Path) -> None:
    assert make(interpreter, "ask", "Q=hello", AS="/usr/bin/as")[1]["ASK_AS"] == ""


@pytest.mark.parametrize(
    "target", ["run", "test", "ask", "lint", "format", "reset", "bench", "manage", "requirements"]
)
def test_each_target_is_a_command_of_the_launcher(interpreter: Path, target: str) -> None:
    assert make(interpreter, target)[0] == f"-m deploy.local {target}"


def test_arguments_and_the_port_are_handed_over(interpreter: Path) -> None:
    _, found = make(interpreter, "test", "ARGS=tests/crm -k 'a or b'", "PORT=8123")
    assert (found["ARGS"], found["PORT"]) == ("tests/crm -k 'a or b'", "8123")


def test_help_lists_what_there_is() -> None:
    done = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert {"run", "test", "ask", "lint", "format", "reset", "help"} <= {
        line.split()[0] for line in done.stdout.splitlines()
    }
