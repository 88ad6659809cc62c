"""A closed process for what people uploaded: no database, no secrets, no network, bounded time and memory.

The child knows nothing of Django; it takes a job as JSON and gives bytes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _

from apps.core.errors import Invalid

Task = Literal["pdf", "docx", "names", "colours", "pages", "picture"]
SECONDS = 30.0
_ROOT = Path(__file__).resolve().parents[3]
_FAULTY = 3


class Refused(Invalid):
    """The template is at fault: `message` says how, `name` which placeholder."""

    code = "template_refused"

    def __init__(self, message: str, *, name: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.message, self.name, self.line = message, name, line


def run(task: Task, job: dict[str, Any], *, seconds: float = SECONDS) -> bytes:
    """Do the task in the closed process. Raises `Refused` for its faults, and when it takes too long."""
    # What this process knows of keys and databases is not handed on.
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "HOME") if name in os.environ
    }
    command = [sys.executable, "-m", "apps.documents.sandbox.child", task, str(round(seconds))]
    with subprocess.Popen(
        command,
        cwd=_ROOT,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            result, errors = process.communicate(json.dumps(job).encode(), timeout=seconds + 5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise Refused(_("The template takes too long to render.")) from None
    if process.returncode == 0:
        return result
    raise _refusal(process.returncode, errors)


def _refusal(code: int, errors: bytes) -> Refused:
    if code != _FAULTY:
        # Ended by a limit, or by a library that gave up on the file.
        return Refused(_("The template needs too much time or memory to render, or is damaged."))
    said = json.loads(errors.decode().splitlines()[-1])
    return Refused(said["message"], name=said.get("name", ""), line=said.get("line", 0))
