"""The developer's commands besides `run`; each returns its exit code. They run inside `.venv`."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.local import bootstrap, environment, locks
from deploy.local.console import LauncherError, say
from deploy.local.foreground import attend
from deploy.local.place import LOCAL, Place
from deploy.local.services import Services

_PYTHON = [sys.executable]
_MANAGE = [*_PYTHON, "manage.py"]
_PREPARE = [*_PYTHON, "-m", "deploy.local.prepare"]
# The Makefile hands over AS under another name, because a compiler's AS may stand in the environment.
_ASK_OPTIONS = {"--as": "ASK_AS", "--file": "FILE", "--agent": "AGENT"}
_CHECKS = (
    [*_PYTHON, "-m", "ruff", "check"],
    [*_PYTHON, "-m", "ruff", "format", "--check"],
    [*_PYTHON, "-m", "mypy", "mezzofy", "apps", "deploy", "manage.py"],
    [*_PYTHON, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    [*_MANAGE, "makemigrations", "--check", "--dry-run"],
    [*_MANAGE, "check"],
)


def test() -> int:
    """The suite against a PostgreSQL and a Redis of its own; `ARGS` go to pytest."""
    place = Place.at(_home() / "test")
    turn = locks.exclusive(
        place.run / "suite.lock", waiting="Another `make test` is running; waiting for it."
    )
    with turn, _for_tests(place) as variables:
        return attend([*_PYTHON, "-m", "pytest", "-n", "2", *_arguments()], variables)


def lint() -> int:
    """Every static check, all of them even if one fails."""
    with _for_tests(Place.at(_home() / "test")) as variables:
        failed = [shlex.join(_shown(check)) for check in _CHECKS if attend(check, variables)]
    for command in failed:
        say(f"Failed: {command}")
    return 1 if failed else 0


def tidy() -> int:
    """Format the code and sort its imports."""
    fixed = attend([*_PYTHON, "-m", "ruff", "check", "--fix-only", "--quiet"], os.environ)
    return attend([*_PYTHON, "-m", "ruff", "format"], os.environ) or fixed


def ask() -> int:
    """One turn of the assistant: the question in `Q`, and the options that are given."""
    question = os.environ.get("Q", "")
    if not question:
        raise LauncherError('Ask something: make ask Q="what is in my pipeline?"')
    given = {option: os.environ.get(name) for option, name in _ASK_OPTIONS.items()}
    options = [f"{option}={value}" for option, value in given.items() if value]
    with _for_people() as variables:
        return attend([*_PREPARE, "--seed", "ask", *options, "--", question], variables)


def manage() -> int:
    """`manage.py` with the services up and `ARGS` as its command line."""
    with _for_people() as variables:
        return attend([*_MANAGE, *_arguments()], variables)


def bench() -> int:
    """The benchmarks, on a database of their own."""
    with _for_tests(Place.at(_home() / "bench"), settings="local") as variables:
        return attend(_PREPARE, variables) or attend([*_PYTHON, "-m", "benchmarks", *_arguments()], variables)


def requirements() -> int:
    """Pin the packages that `requirements/*.in` name; `ARGS` go to uv."""
    bootstrap.compile_requirements(_arguments())
    return 0


def reset() -> int:
    """Delete `.local/`, after asking."""
    home = _home()
    if home != LOCAL:
        raise LauncherError(f"The data lies outside the repository, in {home}: delete it yourself.")
    with locks.attempt(home / "run" / "launcher.lock") as alone:
        if not alone:
            raise LauncherError("Mezzofy is running from this folder; stop it first (Ctrl-C).")
        if not _confirms(f"Delete {home} with its database and all files?"):
            say("Nothing deleted.")
            return 1
        for place in (home, home / "test", home / "bench"):
            if place.exists():
                Services.of(Place.at(place), {}).stop()
        shutil.rmtree(home)
    say(f"Deleted {home}.")
    return 0


def _home() -> Path:
    return Place.of(environment.read()).data


def _arguments() -> list[str]:
    return shlex.split(os.environ.get("ARGS", ""))


def _confirms(question: str) -> bool:
    try:
        return input(f"{question} Type yes: ").strip().lower() == "yes"
    except EOFError:
        return False


def _shown(command: list[str]) -> list[str]:
    return ["python", *command[1:]]


@contextmanager
def _for_people() -> Iterator[Mapping[str, str]]:
    """The variables of a command that works on the same data as `make run`, with the services up."""
    given = environment.read()
    with Services.of(Place.of(given), given).held() as variables:
        yield {**os.environ, **variables}


@contextmanager
def _for_tests(place: Place, *, settings: str = "test") -> Iterator[Mapping[str, str]]:
    """The variables of a command on throw-away services, never on those of `DATABASE_URL` and `REDIS_URL`.

    `TEST_DATABASE_URL` and `TEST_REDIS_URL` replace ours.
    """
    known = environment.read()
    names = [name for name in ("DATABASE_URL", "REDIS_URL") if f"TEST_{name}" in known]
    given = {name: known[f"TEST_{name}"] for name in names}
    with Services.of(place, given, durable=False).held() as variables:
        yield {**os.environ, **variables, "DJANGO_SETTINGS_MODULE": f"mezzofy.settings.{settings}"}
