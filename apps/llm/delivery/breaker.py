"""Stop asking a provider that is down, so that its time-outs are not added to every answer.

The state lives in the cache, so that all processes learn from each other's failures. It is a hint, never
truth: with the cache gone each process knows only its own failures, and nothing else changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)

#: Failures further apart than this are not "in a row", in seconds.
MEMORY = 300


class Store(Protocol):
    """The part of Django's cache that is used here."""

    def get(self, key: str) -> Any:
        """The value, or None."""

    def set(self, key: str, value: Any, timeout: float | None) -> None:
        """Keep for `timeout` seconds."""

    def add(self, key: str, value: Any, timeout: float | None) -> bool:
        """Keep unless something is kept already; whether it was done."""

    def incr(self, key: str) -> int:
        """Count one up; the new value."""

    def delete_many(self, keys: list[str]) -> None:
        """Forget."""


class LocalStore:
    """The same in the memory of this process, for when the cache does not answer."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._values: dict[str, tuple[Any, float]] = {}

    def get(self, key: str) -> Any:
        value, until = self._values.get(key, (None, 0.0))
        return value if until > self._now() else None

    def set(self, key: str, value: Any, timeout: float | None) -> None:
        self._values[key] = (value, self._now() + (timeout or MEMORY))

    def add(self, key: str, value: Any, timeout: float | None) -> bool:
        if self.get(key) is not None:
            return False
        self.set(key, value, timeout)
        return True

    def incr(self, key: str) -> int:
        value = int(self.get(key) or 0) + 1
        self.set(key, value, MEMORY)
        return value

    def delete_many(self, keys: list[str]) -> None:
        for key in keys:
            self._values.pop(key, None)


class Breaker:
    """Closed: everything passes. Open, after `failures` in a row: nothing passes for `seconds`. Then one
    request may try; its success closes the breaker, its failure opens it again.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        failures: int,
        seconds: float,
        shared: Store | None = None,
        local: Store | None = None,
    ) -> None:
        self._failures = failures
        self._seconds = seconds
        self._shared = shared if shared is not None else cache
        self._local = local if local is not None else _local
        prefix = f"llm:breaker:{endpoint}"
        self._count, self._open, self._probe = f"{prefix}:failures", f"{prefix}:open", f"{prefix}:probe"
        self._clean = True

    def allows(self) -> bool:
        """Whether a request may be sent now."""
        return bool(self._with_store(self._allows))

    def succeeded(self) -> None:
        """The provider answered."""
        if not self._clean:
            self.reset()

    def failed(self) -> None:
        """The provider did not answer, or only with an error of its own."""
        self._clean = False
        self._with_store(self._count_failure)

    def reset(self) -> None:
        """Forget every failure."""
        self._clean = True
        self._with_store(lambda store: store.delete_many([self._count, self._open, self._probe]))

    def _allows(self, store: Store) -> bool:
        failures = int(store.get(self._count) or 0)
        self._clean = failures == 0
        if failures < self._failures:
            return True
        return store.get(self._open) is None and store.add(self._probe, 1, self._seconds)

    def _count_failure(self, store: Store) -> None:
        store.add(self._count, 0, MEMORY)
        if store.incr(self._count) >= self._failures:
            store.set(self._open, 1, self._seconds)
            store.delete_many([self._probe])

    def _with_store(self, use: Callable[[Store], Any]) -> Any:
        try:
            return use(self._shared)
        except Exception as error:
            log.warning("llm.breaker_cache_unavailable", error=type(error).__name__)
            return use(self._local)


_local = LocalStore()
