"""What the board can be narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.core.search import prefix_query
from apps.crm.choices import OPEN, LeadSource
from apps.crm.models import Stage
from apps.crm.querysets import LeadQuerySet
from apps.crm.querysets.stages import LeadTallyQuerySet


class BoardFilters(BaseModel):
    """All empty: every card. The names are those of the query string: a board can be sent as a link."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    search: str = Field("", max_length=200, description="Words, each the beginning of one in the lead.")
    owner: Literal["", "me", "none"] | UUID = Field("", description="`me`, `none` or a user's id.")
    source: LeadSource | Literal[""] = Field("", description="Where the lead came from.")
    industry: str = Field("", max_length=80, description="Words of the industry.")
    due: bool = Field(False, description="Open leads whose follow-up is due today or was missed.")
    old: bool = Field(False, description="Leads that have been in their stage for longer than its limit.")

    @field_validator("search", "industry")
    @classmethod
    def _readable(cls, text: str) -> str:
        if not text.isprintable():
            raise ValueError("holds characters that cannot be typed")
        return text.strip()

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read a query string, leaving other names alone. Raises `Invalid` with the names that are wrong."""
        given = {name: query[name] for name in cls.model_fields if query.get(name, "") != ""}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            wrong = {str(found["loc"][0]): [found["msg"]] for found in error.errors()}
            raise Invalid(f"This filter is not valid: {', '.join(wrong)}.", errors=wrong) from error

    @property
    def reads_rows(self) -> bool:
        """Whether the running totals cannot answer, so that leads have to be looked at."""
        return prefix_query(self.search) is not None or bool(self.industry) or self.due or self.old

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown."""
        return self == BoardFilters()

    def tallies(self, tallies: LeadTallyQuerySet, user: User) -> LeadTallyQuerySet:
        """The running totals of what owner and source leave; the other filters are not known there."""
        owner = self._owner(user)
        if self.owner:
            tallies = tallies.filter(assigned_to_id=owner)
        return tallies.filter(source=self.source) if self.source else tallies

    def leads(
        self, leads: LeadQuerySet, user: User, stages: Mapping[str, Stage], now: datetime
    ) -> LeadQuerySet:
        """The leads that pass, of all stages."""
        return self.owned(leads, user).filter(self.condition(stages, now))

    def owned(self, leads: LeadQuerySet, user: User) -> LeadQuerySet:
        """Those of the owner that is asked for: the one filter that the index of the columns knows."""
        return leads.filter(assigned_to=self._owner(user)) if self.owner else leads

    def condition(self, stages: Mapping[str, Stage], now: datetime) -> Q:
        """All filters except that of the owner."""
        found = Q()
        if self.source:
            found &= Q(source=self.source)
        if self.due:
            found &= Q(status__in=OPEN, follow_up_date__lte=timezone.localdate(now))
        if self.old:
            found &= _old(stages.values(), now)
        for words in (self.search, self.industry):
            if (query := prefix_query(words)) is not None:
                found &= Q(search=query)
        # The words have an index, the industry itself has none.
        return found & Q(industry__icontains=self.industry) if self.industry else found

    def statuses(self, stages: Mapping[str, Stage]) -> list[str]:
        """The stages that can hold such leads; the others need not be looked at."""
        found = [status for status in stages if status in OPEN or not self.due]
        return [status for status in found if stages[status].ages_after is not None or not self.old]

    def _owner(self, user: User) -> UUID | None:
        if self.owner == "me":
            return user.pk
        return self.owner if isinstance(self.owner, UUID) else None


def _old(stages: Iterable[Stage], now: datetime) -> Q:
    """In a stage for longer than its limit, where it has one."""
    old = Q(pk__in=[])
    for stage in stages:
        if stage.ages_after is not None:
            old |= Q(status=stage.status, stage_since__lt=now - timedelta(days=stage.ages_after))
    return old
