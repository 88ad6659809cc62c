"""Advisory file locks; the kernel releases them when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.console import say


@contextmanager
def exclusive(path: Path, *, waiting: str = "") -> Iterator[None]:
    """Hold `path` alone for the block; if somebody else has it, say `waiting` and wait."""
    with _opened(path) as descriptor:
        if not _try(descriptor, fcntl.LOCK_EX):
            if waiting:
                say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def attempt(path: Path) -> Iterator[bool]:
    """Hold `path` alone for the block if it is free now; yields whether it is held."""
    with _opened(path) as descriptor:
        yield _try(descriptor, fcntl.LOCK_EX)


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold `path` together with others; waits only for an exclusive holder."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # Descriptors are not inherited (O_CLOEXEC): a child that outlives us must not keep our lock.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
