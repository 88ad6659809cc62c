"""Sums over the open leads: from the running totals where these know enough, from the leads otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db.models import Count, Sum
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.crm.choices import OPEN, LeadStatus
from apps.crm.models import Lead, LeadTally, Stage
from apps.crm.narrowing import EVERYTHING, Narrowing
from apps.crm.querysets import STALE_AFTER, LeadQuerySet

#: Stage, representative (None: nobody), currency, number of leads, and their value (None: none has one).
_Group = tuple[str, UUID | None, str, int, Decimal | None]


class Sums(BaseModel):
    """How many leads, and their value by currency; leads without a value count as leads only."""

    count: int = 0
    values: dict[str, Decimal] = Field(default_factory=dict)

    def add(self, count: int, currency: str, value: Decimal | None) -> None:
        """Take in a group of rows."""
        self.count += count
        if value:
            self.values[currency] = self.values.get(currency, Decimal(0)) + value


class StageSums(Sums):
    """The leads of one stage; `probability` is the chance that one of them is won, in per cent."""

    status: LeadStatus
    probability: int = 0

    def weighted(self) -> dict[str, Decimal]:
        """By currency, what is to be expected of these leads."""
        return {currency: value * self.probability / 100 for currency, value in self.values.items()}


class OwnerSums(Sums):
    """The leads of one representative; "" for those of nobody."""

    owner: str


class PipelineSummary(BaseModel):
    """Open leads by stage (in pipeline order) and by representative (by name).

    `scope` is whose leads were counted: `own` or `team`. `forecast` is what is to be expected of them, by
    currency: the value of each stage times its probability.
    """

    scope: str
    total: Sums
    forecast: dict[str, Decimal]
    stages: list[StageSums]
    owners: list[OwnerSums]


def open_sums(*, user: User, narrowing: Narrowing = EVERYTHING) -> PipelineSummary:
    """Counts and values of the open leads that `user` may see or read sums of: without reading them, unless
    some are asked for only.
    """
    if not narrowing.is_empty:
        leads = Lead.objects.summarised_for(user).open().filter(narrowing.condition(user))
        return _summary(_groups(leads), user)
    groups = (
        LeadTally.objects.visible_to(user)
        .filter(status__in=OPEN)
        .values_list("status", "assigned_to_id", "currency")
        .annotate(Sum("leads"), Sum("value"))
        .filter(leads__sum__gt=0)
    )
    return _summary(groups, user)


def stale_sums(*, user: User, now: datetime, after: timedelta = STALE_AFTER) -> PipelineSummary:
    """Counts and values of those open leads that nobody spoke to for `after`."""
    stale = Lead.objects.summarised_for(user).stale(now, after)
    return _summary(_groups(stale), user)


def _groups(leads: LeadQuerySet) -> Iterable[_Group]:
    grouped = leads.order_by().values_list("status", "assigned_to_id", "currency")
    return cast("Iterable[_Group]", grouped.annotate(Count("pk"), Sum("value")))


def _summary(groups: Iterable[_Group], user: User) -> PipelineSummary:
    total = Sums()
    stages = _stages()
    owners: dict[UUID | None, OwnerSums] = {}
    for status, owner_id, currency, count, value in groups:
        owner = owners.setdefault(owner_id, OwnerSums(owner=""))
        for sums in (total, stages[LeadStatus(status)], owner):
            sums.add(count, currency, value)
    for pk, name in User.objects.filter(pk__in=[pk for pk in owners if pk]).values_list("pk", "name"):
        owners[pk].owner = name
    sees_others = user.has_perm("crm.view_all_leads") or not user.has_perm("crm.view_lead")
    return PipelineSummary(
        scope="team" if sees_others else "own",
        total=total,
        forecast=_forecast(stages.values()),
        stages=list(stages.values()),
        owners=sorted(owners.values(), key=lambda owner: owner.owner),
    )


def _stages() -> dict[LeadStatus, StageSums]:
    chances = dict(Stage.objects.values_list("status", "probability"))
    return {status: StageSums(status=status, probability=chances.get(status, 0)) for status in OPEN}


def _forecast(stages: Iterable[StageSums]) -> dict[str, Decimal]:
    expected: dict[str, Decimal] = {}
    for stage in stages:
        for currency, value in stage.weighted().items():
            expected[currency] = expected.get(currency, Decimal(0)) + value
    return {currency: value.quantize(Decimal("0.01")) for currency, value in expected.items()}
