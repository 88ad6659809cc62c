"""What the launcher tells the person at the terminal."""

from __future__ import annotations

import sys


class LauncherError(Exception):
    """One sentence that says what is wrong and what to do; printed without a traceback, exit code 1."""


def say(text: str) -> None:
    """Print one line to standard error, so that a command's own output stays clean."""
    print(text, file=sys.stderr, flush=True)
