"""A storage for files that must leave no trace: they go with the block that made them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

_scratch: ContextVar[Storage | None] = ContextVar("scratch_storage", default=None)


def current() -> Storage | None:
    """The scratch storage in force, if any."""
    return _scratch.get()


@contextmanager
def scratch_storage(house: Storage) -> Iterator[None]:
    """Until the end of the block files are written beside `house`, which stays readable and as it is."""
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        token = _scratch.set(_Overlay(house, folder))
        try:
            yield
        finally:
            _scratch.reset(token)


class _Overlay(Storage):
    """Writes to a folder of its own; reads from there first, then from the house."""

    def __init__(self, house: Storage, folder: str) -> None:
        self._house = house
        self._own = FileSystemStorage(location=folder)

    def _of(self, name: str) -> Storage:
        return self._own if self._own.exists(name) else self._house

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        return self._of(name).open(name, mode)

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Keep the content in the folder."""
        return self._own.save(name, content, max_length=max_length)

    def delete(self, name: str) -> None:
        """Only what was written here: the house's files stay."""
        self._own.delete(name)

    def exists(self, name: str) -> bool:
        """Here or in the house."""
        return self._own.exists(name) or self._house.exists(name)

    def size(self, name: str) -> int:
        """In bytes."""
        return self._of(name).size(name)

    def url(self, name: str | None) -> str:
        """As the house would say."""
        return self._house.url(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """What the house has."""
        return self._house.listdir(path)

    def get_modified_time(self, name: str) -> datetime:
        """When it was written."""
        return self._of(name).get_modified_time(name)
