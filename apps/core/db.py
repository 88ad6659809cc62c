"""Small truths about the database connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def release_connection() -> None:
    """Give this thread's connection back to the pool, unless a transaction is open on it.

    Called before anything slow that needs no database (a model, a page, a file): a thread that waits must
    not hold one of few connections.
    """
    if not connection.in_atomic_block:
        connection.close()


@contextmanager
def returned_afterwards() -> Iterator[None]:
    """Give the connection back to the pool when the block ends: for work in threads we start ourselves."""
    try:
        yield
    finally:
        release_connection()


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items, in order."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
