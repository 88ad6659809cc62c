"""A dictionary that refuses to forget or to overwrite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class DuplicateKey(RuntimeError):
    """Two parts of the code registered the same key; one of them would be silently lost."""


class Registry(Generic[T]):
    """Named things that apps add at start-up and engines read.

    >>> colours: Registry[str] = Registry("colours")
    >>> colours.register("sky", "blue")
    >>> colours.get("sky")
    'blue'
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def register(self, key: str, value: T) -> None:
        """Add `value` under `key`. Raises `DuplicateKey` when the key is taken."""
        if key in self._items:
            raise DuplicateKey(f"{self.name}: {key!r} is registered twice")
        self._items[key] = value

    def get(self, key: str) -> T | None:
        """The value under `key`, or None."""
        return self._items.get(key)

    def keys(self) -> list[str]:
        """All keys, in order."""
        return sorted(self._items)

    def __iter__(self) -> Iterator[T]:
        """The values, ordered by key."""
        return iter([self._items[key] for key in self.keys()])

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items
