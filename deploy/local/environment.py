"""The settings a person gave us: the process environment, then `.env` in the repository."""

from __future__ import annotations

import os
import re
from pathlib import Path

from deploy.local.place import REPOSITORY

_ASSIGNMENT = re.compile(r"(?:export )?([A-Za-z_]\w*)=(.*)")
_QUOTED = re.compile(r"""(['"])(.*)\1""")


def read(dotenv: Path = REPOSITORY / ".env") -> dict[str, str]:
    """The process environment over what `.env` says. A variable set to nothing counts as not set."""
    given = {name: value for name, value in os.environ.items() if value}
    try:
        text = dotenv.read_text(encoding="utf-8")
    except FileNotFoundError:
        return given
    return {**{name: value for name, value in parse(text).items() if value}, **given}


def parse(text: str) -> dict[str, str]:
    """`NAME=value` lines as django-environ reads them: `export` and quotes are optional."""
    values = {}
    for line in text.splitlines():
        if found := _ASSIGNMENT.fullmatch(line.strip()):
            name, value = found.groups()
            quoted = _QUOTED.fullmatch(value)
            values[name] = quoted[2] if quoted else value
    return values
