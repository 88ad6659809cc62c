"""A command in the foreground, whose end is awaited whatever signals arrive meanwhile."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence
from types import FrameType

from deploy.local.place import REPOSITORY


def attend(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command in the repository and return its exit code.

    Ctrl-C reaches it from the terminal, SIGTERM is passed on; either way its own end is awaited.
    """
    child = subprocess.Popen(list(command), cwd=REPOSITORY, env=dict(environment))

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - code if code < 0 else code
