"""Files that people see because of rows of other apps: a lead's files are for whoever may see the lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

#: The rows with a foreign key `artifact` that the user may see.
Holder = Callable[["User"], QuerySet[Any]]

holders: Registry[Holder] = Registry("holders of files")


def holder(key: str) -> Callable[[Holder], Holder]:
    """Register `function(user)` in the module `artifact_access` of an app.

    Whoever may see one of its rows may see and download the file it points at. To see is not to own: who may
    change or delete a file does not depend on this. Keep it a plain indexed join: each read of
    files asks it.
    """

    def register(rows: Holder) -> Holder:
        holders.register(key, rows)
        return rows

    return register
