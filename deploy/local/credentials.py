"""The random passwords of one instance, made once and kept in its data folder, readable by its owner only."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.local.place import write_private


def _random() -> str:
    # URL-safe: two of these travel inside DATABASE_URL and REDIS_URL.
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Credentials:
    """`secret_key` is Django's; the others are passwords: of two PostgreSQL roles, and of Redis."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(64))
    superuser: str = field(default_factory=_random)
    application: str = field(default_factory=_random)
    redis: str = field(default_factory=_random)


def load(folder: Path) -> Credentials:
    """The credentials kept in `folder`; made on first use. The caller holds a lock on the folder."""
    path = folder / "credentials.json"
    try:
        return Credentials(**json.loads(path.read_text()))
    except FileNotFoundError:
        fresh = Credentials()
        write_private(path, json.dumps(asdict(fresh), indent=2))
        return fresh
