"""The rows that cases stand on: each app says how it makes its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apps.core.discovery import autodiscover
from apps.core.errors import Invalid
from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

#: Makes the rows of a case, owned by its user.
Maker = Callable[["User", Sequence[Mapping[str, Any]]], None]

makers: Registry[Maker] = Registry("makers of rows for cases")


def maker(kind: str) -> Callable[[Maker], Maker]:
    """Register `function(user, rows)` in the module `evaluation_rows` of an app.

    `kind` is the key under which cases list such rows in `given`.
    """

    def register(function: Maker) -> Maker:
        makers.register(kind, function)
        return function

    return register


def discover() -> None:
    """Import what our apps declare."""
    autodiscover("evaluation_rows")


def populate(user: User, given: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Make the rows of a case, kind by kind in the order given. Raises `Invalid` for an unknown kind."""
    for kind, rows in given.items():
        make = makers.get(kind)
        if make is None:
            known = ", ".join(makers.keys())
            raise Invalid(f"A case gives rows of the kind {kind!r}. Kinds: {known}.", code="unknown_kind")
        make(user, rows)
