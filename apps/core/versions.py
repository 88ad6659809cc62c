"""Refusing to overwrite what somebody else changed in the meantime."""

from __future__ import annotations

from typing import TypeVar

from apps.core.errors import Conflict
from apps.core.models import BaseModel

M = TypeVar("M", bound=BaseModel)


class Stale(Conflict):
    """The row changed after the caller read it."""

    code = "stale"


def version_of(row: BaseModel) -> str:
    """An opaque text that changes with every save of the row."""
    return row.updated_at.isoformat()


def lock(row: M, version: str = "") -> M:
    """The row as it is now, locked until the transaction ends.

    Raises `Stale` when `version` is given and is not the row's, `Conflict` when the row is gone.
    """
    current = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if current is None:
        raise Conflict("It was deleted in the meantime.", code="gone")
    if version and version != version_of(current):
        raise Stale("Somebody else changed this in the meantime. Look at it again, then decide.")
    return current
