"""`python -m deploy.local.prepare [--seed] [command …]`: the database up to date, then a Django command.

One process for all of it, because every start of Django costs seconds.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TextIO

import django
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from deploy.local import locks
from deploy.local.console import say


def main(arguments: list[str]) -> None:
    """Migrate (which syncs the roles), build the search index, with `--seed` fill an empty database."""
    seed = arguments[:1] == ["--seed"]
    command = arguments[1:] if seed else arguments
    django.setup()
    lock = Path(settings.DATA_DIR) / "run" / "prepare.lock"
    with locks.exclusive(lock, waiting="Another command is migrating; waiting."):
        _migrate()
        _attempt("build_embeddings_model", output=io.StringIO())
        _attempt("index_knowledge", "--if-changed", output=sys.stderr)
        if seed:
            # Before another command, what the seed has to say would only be in the way.
            call_command("seed_demo", "--if-empty", stdout=io.StringIO() if command else sys.stderr)
    if command:
        execute_from_command_line(["manage.py", *command])


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Applying {len(plan)} migrations …")
    call_command("migrate", interactive=False, verbosity=0)


def _attempt(*command: str, output: TextIO) -> None:
    """Run a step without which the platform starts all the same; say in one line what is off."""
    try:
        call_command(*command, stdout=output)
    except CommandError as error:
        say(f"Search by meaning: off or incomplete. {error}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CommandError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
