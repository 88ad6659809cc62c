"""Whether this thread only rehearses: everything it writes will be rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


def is_rehearsal() -> bool:
    """True while a run is played through without effect: who would keep others out need not do so now."""
    return _rehearsing.get()


@contextmanager
def rehearsal() -> Iterator[None]:
    """What happens inside the block will be rolled back by the caller."""
    token = _rehearsing.set(True)
    try:
        yield
    finally:
        _rehearsing.reset(token)
