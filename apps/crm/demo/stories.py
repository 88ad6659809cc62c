"""What happens to a demo lead from the day it comes in to today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from apps.crm.choices import CLOSED, LeadStatus
from apps.crm.demo.merchants import words

ZONE = ZoneInfo("Asia/Singapore")
HISTORY_DAYS = 730

#: From stage to (next stage, its chance, shortest and longest wait in days); the rest stays where it is.
STEPS: dict[LeadStatus, tuple[tuple[LeadStatus, float, int, int], ...]] = {
    LeadStatus.NEW: ((LeadStatus.CONTACTED, 0.93, 0, 6), (LeadStatus.CLOSED_LOST, 0.05, 30, 70)),
    LeadStatus.CONTACTED: ((LeadStatus.QUALIFIED, 0.62, 3, 21), (LeadStatus.CLOSED_LOST, 0.33, 20, 75)),
    LeadStatus.QUALIFIED: ((LeadStatus.PROPOSAL, 0.70, 4, 25), (LeadStatus.CLOSED_LOST, 0.27, 15, 60)),
    LeadStatus.PROPOSAL: ((LeadStatus.CLOSED_WON, 0.58, 6, 40), (LeadStatus.CLOSED_LOST, 0.38, 12, 60)),
}


@dataclass(frozen=True)
class Event:
    """A contact (`to` is empty), or a change of status."""

    at: datetime
    to: LeadStatus | None = None
    note: str = ""


@dataclass
class Story:
    """A lead's life as far as it has been lived."""

    created_at: datetime
    events: list[Event] = field(default_factory=list)

    @property
    def status(self) -> LeadStatus:
        """Where it stands."""
        return next((event.to for event in reversed(self.events) if event.to), LeadStatus.NEW)

    @property
    def last_contacted(self) -> datetime | None:
        """The latest contact."""
        return max((event.at for event in self.events if event.to is None), default=None)

    @property
    def closed_at(self) -> datetime | None:
        """When it was won or lost."""
        return next((event.at for event in self.events if event.to in CLOSED), None)


def tell(rng: Random, now: datetime) -> Story:
    """A life that began within the last two years, more likely lately: the house is growing."""
    age = HISTORY_DAYS * (1 - rng.random() ** 0.6)
    created_at = office_hours(rng, now - timedelta(days=age))
    if created_at >= now:
        created_at = now - timedelta(hours=rng.uniform(1, 30))
    story = Story(created_at)
    story.events = sorted(
        (event for event in _live(rng, created_at) if event.at < now), key=lambda event: event.at
    )
    return story


def follow_up(rng: Random, story: Story, now: datetime) -> date | None:
    """A day for the next call on most open leads: some are overdue, none by more than three weeks."""
    if story.status in CLOSED or rng.random() < 0.2:
        return None
    planned = (story.last_contacted or story.created_at) + timedelta(days=rng.randint(4, 24))
    earliest = now - timedelta(days=rng.randint(0, 21))
    return max(planned, earliest).astimezone(ZONE).date()


def worth(rng: Random) -> Decimal:
    """A yearly value in dollars, rounded to hundreds: mostly some thousands, seldom a big group."""
    return Decimal(max(10, min(round(rng.lognormvariate(4.1, 0.8)), 1_200))) * 100


def _live(rng: Random, created_at: datetime) -> Iterator[Event]:
    status, moment = LeadStatus.NEW, created_at
    while status in STEPS:
        chosen = _next(rng, status)
        if chosen is None:
            yield from _calls(rng, moment, moment + timedelta(days=rng.randint(10, 40)), status)
            return
        following, wait = chosen
        until = office_hours(rng, moment + timedelta(days=wait))
        until = max(until, moment + timedelta(minutes=rng.randint(20, 90)))
        yield from _calls(rng, moment, until, status)
        if following != LeadStatus.CLOSED_LOST:
            # A stage is reached by talking: the change is noted a few minutes after.
            yield Event(until - timedelta(minutes=rng.randint(3, 15)), note=rng.choice(words()["contacts"]))
        yield Event(until, following)
        status, moment = following, until


def _next(rng: Random, status: LeadStatus) -> tuple[LeadStatus, float] | None:
    dice = rng.random()
    for following, chance, shortest, longest in STEPS[status]:
        if dice < chance:
            return following, rng.uniform(shortest, longest)
        dice -= chance
    return None


def _calls(rng: Random, start: datetime, end: datetime, status: LeadStatus) -> Iterator[Event]:
    """Contacts while it waits; a new lead has had none."""
    if status == LeadStatus.NEW:
        return
    moment = start
    while True:
        moment = office_hours(rng, moment + timedelta(days=rng.uniform(4, 14)))
        if moment >= end:
            return
        yield Event(moment, note=rng.choice(words()["contacts"]))


def office_hours(rng: Random, moment: datetime) -> datetime:
    """A time between nine and six on that day, or on the Monday after a weekend."""
    local = moment.astimezone(ZONE)
    if local.weekday() >= 5:
        local += timedelta(days=7 - local.weekday())
    return local.replace(
        hour=rng.randint(9, 17), minute=rng.randint(0, 59), second=rng.randint(0, 59), microsecond=0
    )
