"""Whether the database is likely up to date, so that a start need not wait to find out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.local.place import REPOSITORY, Place, write_private


class Prepared:
    """A note of what the database was last prepared from, and of which database that was."""

    def __init__(self, place: Place, variables: Mapping[str, str]) -> None:
        self._note = place.run / "prepared"
        self._fingerprint = _fingerprint(variables["DATABASE_URL"])

    def is_likely(self) -> bool:
        """Whether the same database was prepared from the same files; it may have been changed since."""
        return self._note.exists() and self._note.read_text() == self._fingerprint

    def remember(self) -> None:
        """Note that it has been prepared."""
        write_private(self._note, self._fingerprint)


def _fingerprint(database: str) -> str:
    digest = hashlib.sha256(database.encode())
    for path in _sources():
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from sorted(REPOSITORY.glob("apps/*/migrations/*.py"))
    yield REPOSITORY / "requirements" / "base.txt"  # migrations of packages
