"""Which leads a question is about: whose, from where, come to us how, at which stage, in which days."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Literal

import yaml
from django.db.models import Q
from pydantic import BaseModel

from apps.accounts.models import User
from apps.core.periods import Period
from apps.crm.choices import OPEN, LeadSource, LeadStatus
from apps.crm.report_selectors.scope import owner_names

Measure = Literal["open", "won", "lost", "new"]
_FILE = Path(__file__).with_name("places.yaml")


class Narrowing(BaseModel):
    """Conditions that all hold; an empty one asks for nothing. `owner` is the name of a colleague who has
    leads, `place` a country of `places.yaml`.
    """

    owner: str = ""
    source: LeadSource | None = None
    place: str = ""
    stage: LeadStatus | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it asks for all leads."""
        return not any((self.owner, self.source, self.place, self.stage))

    def condition(self, user: User) -> Q:
        """As a condition on leads; nobody's leads for an owner whom `user` reads nothing of."""
        found = Q()
        if self.owner:
            found &= Q(assigned_to_id__in=_keys_of(self.owner, user))
        if self.source:
            found &= Q(source=self.source)
        if self.place:
            names = places().get(self.place, [self.place])
            found &= reduce(or_, (Q(location__icontains=name) for name in names))
        return found & Q(status=self.stage) if self.stage else found

    def words(self) -> str:
        """How an answer says it: " of Hafiz Osman, in Malaysia"; "" for all leads."""
        return "" if self.is_empty else f" {', '.join(self._parts())}"

    def _parts(self) -> Iterator[str]:
        if self.owner:
            yield f"of {self.owner}"
        if self.place:
            yield f"in {self.place}"
        if self.source:
            yield f"by the source {self.source.label}"
        if self.stage:
            yield f"at the stage {self.stage.label}"


EVERYTHING = Narrowing()


def narrowed(
    owner: str = "", source: LeadSource | None = None, place: str = "", stage: LeadStatus | None = None
) -> Narrowing:
    """The conditions as one; a place of `places.yaml` may be named in any of its words."""
    named = next((country for country, words in places().items() if place.casefold() in words), place)
    return Narrowing(owner=owner, source=source, place=named, stage=stage)


def measured(measure: Measure, period: Period | None) -> Q:
    """The leads that are open now, or were won, were lost, or came in during the period (None: ever)."""
    if measure == "open":
        return Q(status__in=OPEN)
    field = "created_at" if measure == "new" else "closed_at"
    found = Q() if measure == "new" else Q(status=f"closed_{measure}")
    if period is None:
        return found
    return found & Q(**{f"{field}__gte": period.starts_at, f"{field}__lt": period.ends_at})


@cache
def places() -> dict[str, list[str]]:
    """What the place of a lead may say, by country."""
    found: dict[str, list[str]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found


def _keys_of(name: str, user: User) -> list[object]:
    return [pk for pk, known in owner_names(user).items() if known.casefold() == name.casefold()]
