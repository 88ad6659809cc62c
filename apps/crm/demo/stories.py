"""What happens to a demo lead from the day it comes in to today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import NamedTuple

from apps.crm.choices import CLOSED, ActivityKind, LeadStatus
from apps.crm.demo.merchants import bag, words

#: Singapore, as a fixed offset: it has had no other in these years, and arithmetic with it is cheap.
ZONE = timezone(timedelta(hours=8))
HISTORY_DAYS = 730
#: One in so many contacts leaves a note beside it.
NOTE_EVERY = 7

#: From stage to (next stage, its chance, shortest and longest wait in days); the rest stays where it is.
STEPS: dict[LeadStatus, tuple[tuple[LeadStatus, float, int, int], ...]] = {
    LeadStatus.NEW: ((LeadStatus.CONTACTED, 0.93, 0, 6), (LeadStatus.CLOSED_LOST, 0.05, 30, 70)),
    LeadStatus.CONTACTED: ((LeadStatus.QUALIFIED, 0.62, 3, 21), (LeadStatus.CLOSED_LOST, 0.33, 20, 75)),
    LeadStatus.QUALIFIED: ((LeadStatus.PROPOSAL, 0.70, 4, 25), (LeadStatus.CLOSED_LOST, 0.27, 15, 60)),
    LeadStatus.PROPOSAL: ((LeadStatus.CLOSED_WON, 0.58, 6, 40), (LeadStatus.CLOSED_LOST, 0.38, 12, 60)),
}
_EARLY = {LeadStatus.NEW, LeadStatus.CONTACTED}


class Event(NamedTuple):
    """Something that somebody did (`kind`), or a move to another stage (`to`, when lost with its `reason`).

    `subject` is of the mail that was sent before an e-mail came back.
    """

    at: datetime
    kind: ActivityKind | None = None
    to: LeadStatus | None = None
    text: str = ""
    subject: str = ""
    reason: str = ""


@dataclass(slots=True)
class Story:
    """A lead's life as far as it has been lived; the events are in the order of time.

    `stage_since` is when it came to the stage where it is, `reason` why it was lost; a note is no contact.
    """

    created_at: datetime
    events: list[Event]
    status: LeadStatus = field(init=False, default=LeadStatus.NEW)
    stage_since: datetime = field(init=False)
    reason: str = field(init=False, default="")
    last_contacted: datetime | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Read off the events where it stands."""
        self.stage_since = self.created_at
        for event in self.events:
            if event.to is not None:
                self.status, self.stage_since, self.reason = event.to, event.at, event.reason
            elif event.kind != ActivityKind.NOTE:
                self.last_contacted = event.at

    @property
    def closed_at(self) -> datetime | None:
        """When it was won or lost."""
        return self.stage_since if self.status in CLOSED else None


def tell(rng: Random, now: datetime, *, is_thin: bool = False) -> Story:
    """A life that began within the last two years, more likely lately: the house is growing.

    A thin one has all its moves, and of what was done only the latest contact.
    """
    age = HISTORY_DAYS * (1 - rng.random() ** 0.6)
    created_at = office_hours(rng, now - timedelta(days=age))
    if created_at >= now:
        created_at = now - timedelta(hours=rng.uniform(1, 30))
    lived = (event for event in _live(rng, created_at, now, is_thin=is_thin) if event.at < now)
    events = sorted(lived, key=lambda event: event.at)
    return Story(created_at, _latest_contact_only(events) if is_thin else events)


def follow_up(rng: Random, story: Story, now: datetime) -> date | None:
    """A day for the next call on most open leads: some are overdue, none by more than three weeks."""
    if story.status in CLOSED or rng.random() < 0.2:
        return None
    planned = (story.last_contacted or story.created_at) + timedelta(days=rng.randint(4, 24))
    earliest = now - timedelta(days=rng.randint(0, 21))
    return max(planned, earliest).astimezone(ZONE).date()


def expected_close(rng: Random, story: Story, now: datetime) -> date | None:
    """A day for the decision once there is something to decide; a few have passed."""
    if story.status not in {LeadStatus.QUALIFIED, LeadStatus.PROPOSAL}:
        return None
    wait = rng.randint(10, 45) if story.status == LeadStatus.PROPOSAL else rng.randint(30, 90)
    earliest = now - timedelta(days=rng.randint(0, 14))
    return max(story.stage_since + timedelta(days=wait), earliest).astimezone(ZONE).date()


def worth(rng: Random) -> Decimal:
    """A yearly value in dollars, rounded to hundreds: mostly some thousands, seldom a big group."""
    return Decimal(max(10, min(round(rng.lognormvariate(4.1, 0.8)), 1_200))) * 100


def office_hours(rng: Random, moment: datetime) -> datetime:
    """A time between nine and six on that day, or on the Monday after a weekend."""
    local = moment.astimezone(ZONE)
    if local.weekday() >= 5:
        local += timedelta(days=7 - local.weekday())
    return at_work(rng, local)


def at_work(rng: Random, local: datetime) -> datetime:
    """A time between nine and six on that very day of our calendar."""
    seconds = rng.randrange(9 * 3600, 18 * 3600)
    hours, seconds = divmod(seconds, 3600)
    return local.replace(hour=hours, minute=seconds // 60, second=seconds % 60, microsecond=0)


def contact(rng: Random, at: datetime) -> Event:
    """A call, an e-mail, a message or a meeting, and what was said."""
    kind = ActivityKind(rng.choice(bag("kinds")))
    subject = _words(rng, "mails") if kind == ActivityKind.EMAIL else ""
    return Event(at, kind, text=_words(rng, kind.value), subject=subject)


def _live(rng: Random, created_at: datetime, now: datetime, *, is_thin: bool) -> Iterator[Event]:
    status, moment = LeadStatus.NEW, created_at
    while status in STEPS:
        chosen = _next(rng, status)
        if chosen is None:
            yield from _contacts(rng, moment, moment + timedelta(days=rng.randint(10, 40)), status)
            return
        following, wait = chosen
        until = office_hours(rng, moment + timedelta(days=wait))
        until = max(until, moment + timedelta(minutes=rng.randint(20, 90)))
        if not is_thin:
            yield from _contacts(rng, moment, until, status)
        if following != LeadStatus.CLOSED_LOST:
            # A stage is reached by talking and noted minutes later: neither is there without the other.
            talk = contact(rng, until - timedelta(minutes=rng.randint(3, 15)))
            yield from [talk] if until < now else []
        yield Event(until, to=following, reason=_reason(rng, status, following))
        status, moment = following, until


def _next(rng: Random, status: LeadStatus) -> tuple[LeadStatus, float] | None:
    dice = rng.random()
    for following, chance, shortest, longest in STEPS[status]:
        if dice < chance:
            return following, rng.uniform(shortest, longest)
        dice -= chance
    return None


def _contacts(rng: Random, start: datetime, end: datetime, status: LeadStatus) -> Iterator[Event]:
    """What is done while it waits, now and then with a note; for a new lead nothing was."""
    if status == LeadStatus.NEW:
        return
    moment = start
    while True:
        moment = office_hours(rng, moment + timedelta(days=rng.uniform(4, 14)))
        if moment >= end:
            return
        yield contact(rng, moment)
        if rng.randrange(NOTE_EVERY) == 0:
            yield Event(
                moment + timedelta(minutes=rng.randint(1, 3)), ActivityKind.NOTE, text=_words(rng, "note")
            )


def _reason(rng: Random, before: LeadStatus, to: LeadStatus) -> str:
    if to != LeadStatus.CLOSED_LOST:
        return ""
    return rng.choice(bag("lost", "early" if before in _EARLY else "late"))


def _latest_contact_only(events: list[Event]) -> list[Event]:
    latest = next((event for event in reversed(events) if _is_contact(event)), None)
    return [event for event in events if event.to or event is latest]


def _is_contact(event: Event) -> bool:
    return event.kind is not None and event.kind != ActivityKind.NOTE


def _words(rng: Random, about: str) -> str:
    text: str = rng.choice(words()[about])
    return text
