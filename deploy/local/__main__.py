"""`python -m deploy.local <command>`: the door that the Makefile uses; needs nothing but Python 3.11."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from deploy.local import bootstrap, environment, packages
from deploy.local.console import LauncherError, say
from deploy.local.place import LOCAL, private_folder

_TESTING = ("test", "bench")
_DEVELOPING = (*_TESTING, "lint", "format", "requirements")
_COMMANDS = (*_DEVELOPING, "run", "ask", "manage", "reset", "system")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; what a person can mend is one sentence, not a traceback."""
    name = arguments[0] if arguments else ""
    if name not in _COMMANDS:
        say(f"Usage: python -m deploy.local {'|'.join(_COMMANDS)}")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _perform(name)
    except LauncherError as error:
        say(str(error))
        return 1
    except PermissionError as error:
        say(f"{error.filename}: {error.strerror}. Made by another user? sudo chown -R $(id -u) .local .venv")
        return 1
    except KeyboardInterrupt:
        return 130


def _perform(name: str) -> int:
    private_folder(LOCAL)
    if name in {*_TESTING, "run", "ask", "system"}:
        features = packages.TESTING if name in {*_TESTING, "system"} else packages.RUNNING
        packages.provide(features, LOCAL / "system-packages-failed", insist=name == "system")
    if name == "system":
        return 0
    bootstrap.ensure("dev" if name in _DEVELOPING else "base")
    bootstrap.enter([name])
    # From here on we are inside the virtual environment; only now can these be imported.
    from deploy.local import commands, serving

    if name == "run":
        return serving.serve(environment.read())
    return {
        "test": commands.test,
        "lint": commands.lint,
        "format": commands.tidy,
        "ask": commands.ask,
        "manage": commands.manage,
        "bench": commands.bench,
        "requirements": commands.requirements,
        "reset": commands.reset,
    }[name]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
