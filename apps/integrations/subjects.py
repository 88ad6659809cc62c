"""What things that are sent may be about: apps above this one declare their rows here.

A dispatch names its subject as {"model": "crm.lead", "id": "…"}. The app of that model says what a person
reads of the row before agreeing, and hears when it was sent; without a subject, each may recognise the
recipients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from apps.core.errors import NotFound
from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.integrations.models import Dispatch


@dataclass(frozen=True)
class Card:
    """A row in a few words. `version` changes with the row."""

    model: str
    id: str
    version: str
    label: str
    url: str


class Subject(Protocol):
    """What an app says and hears of one of its models."""

    def card(self, *, user: User, key: str) -> Card:
        """The row, for a user. Raises `NotFound` when it is not there or not for them."""

    def written(self, *, user: User, key: str, run_id: UUID | None) -> None:
        """Something about the row was put into the outbox, in this transaction."""

    def sent(self, *, dispatch: Dispatch, key: str) -> None:
        """It was sent; `key` is "" when nobody said what it is about. May be told more than once."""


subjects: Registry[Subject] = Registry("subjects")


def subject_of(model: str) -> Subject:
    """Who speaks for a model. Raises `NotFound`."""
    found = subjects.get(model)
    if found is None:
        raise NotFound(f"There is nothing of the kind {model!r} to write about.")
    return found
