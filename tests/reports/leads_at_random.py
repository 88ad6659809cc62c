"""Leads of every kind with their history, drawn at random from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import uuid4

from django.db import connection

from apps.accounts.models import User
from apps.crm.choices import CLOSED, CONTACTS, OPEN, LeadSource, LeadStatus, LostReason
from apps.crm.models import Activity, Lead, StageChange

#: Shortly after half past ten on a Wednesday in Singapore.
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
CURRENCIES = ("SGD", "SGD", "SGD", "MYR", "USD")
INDUSTRIES = ("", "Café", "Bakery, sweets", "Hawker & stall", *(f"Trade {number}" for number in range(18)))
REASONS = tuple(reason for reason in LostReason if reason != LostReason.NOT_RECORDED)
#: Hours of UTC around midnight in Singapore and in New York.
LATE = (14, 15, 16, 3, 4, 5)


def scatter(*, seed: int, leads: int, owners: Sequence[User | None]) -> None:
    """Rows as a busy year leaves them: lost and reopened leads, leads of nobody, leads without a value."""
    rng = Random(seed)
    made = [_lead(rng, rng.choice(owners)) for _ in range(leads)]
    changes = [change for lead in made for change in _history(rng, lead)]
    activities = [activity for lead in made for activity in _contacts(rng, lead)]
    Lead.objects.bulk_create(made)
    _backdate(made)  # adding a row sets the moment to the present
    StageChange.objects.bulk_create(changes)
    Activity.objects.bulk_create(activities)


def _backdate(leads: Sequence[Lead]) -> None:
    """In one statement over two arrays: `bulk_update` would write and parse a case for each lead."""
    keys, moments = [lead.pk for lead in leads], [lead.came_in for lead in leads]  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_lead SET created_at = came.at "
            "FROM unnest(%s::uuid[], %s::timestamptz[]) AS came (id, at) WHERE crm_lead.id = came.id",
            [keys, moments],
        )


def _lead(rng: Random, owner: User | None) -> Lead:
    number = rng.getrandbits(40)
    lead = Lead(
        id=uuid4(),
        company_name=f"Restaurant {number}",
        company_key=f"restaurant {number}",
        assigned_to=owner,
        source=rng.choice(LeadSource.values),
        industry=rng.choice(INDUSTRIES),
        value=None if rng.random() < 0.1 else Decimal(rng.randrange(1, 9_000_000)) / 100,
        currency=rng.choice(CURRENCIES),
        expected_close=None if rng.random() < 0.3 else (NOW + timedelta(days=rng.randrange(-60, 500))).date(),
    )
    lead.came_in = _moment(rng, NOW - timedelta(days=rng.randrange(1, 400)))  # type: ignore[attr-defined]
    return lead


def _moment(rng: Random, day: datetime) -> datetime:
    """Often at the edge of the day in Singapore."""
    hour = rng.choice((*LATE, rng.randrange(24)))
    return day.replace(hour=hour, minute=rng.choice((0, 29, 30, 59)), second=0, microsecond=0)


def _history(rng: Random, lead: Lead) -> list[StageChange]:
    """The stages of a life, and the lead as that life leaves it."""
    at, status = lead.came_in, LeadStatus.NEW  # type: ignore[attr-defined]
    found = [StageChange(lead=lead, to_status=status, at=at)]
    while rng.random() < 0.75 and status != LeadStatus.CLOSED_WON:
        after = _next(rng, status)
        moment = _moment(rng, at + timedelta(days=rng.randrange(1, 50)))
        if not at <= moment < NOW:
            break
        seconds = int((moment - at).total_seconds())
        found.append(StageChange(lead=lead, from_status=status, to_status=after, at=moment, seconds=seconds))
        at, status = moment, after
    lead.status, lead.stage_since = status, at
    lead.lost_reason = rng.choice(REASONS) if status == LeadStatus.CLOSED_LOST else ""
    # Leads that were imported as closed may have no day on which they were.
    lead.closed_at = at if status in CLOSED and rng.random() < 0.95 else None
    return found


def _next(rng: Random, status: LeadStatus) -> LeadStatus:
    if status == LeadStatus.CLOSED_LOST:
        return LeadStatus.CONTACTED
    if rng.random() < 0.25:
        return LeadStatus.CLOSED_LOST
    way = [*OPEN, LeadStatus.CLOSED_WON]
    place = way.index(status)
    return way[max(0, place - 1)] if rng.random() < 0.1 else way[place + 1]


def _contacts(rng: Random, lead: Lead) -> list[Activity]:
    """Contacts and notes since it came in; `last_contacted` is the latest contact."""
    found = []
    for _ in range(rng.randrange(0, 5)):
        at = _moment(rng, lead.came_in + timedelta(days=rng.randrange(1, 200)))  # type: ignore[attr-defined]
        if at < NOW:
            kind = rng.choice((*CONTACTS, "note"))
            found.append(Activity(lead=lead, kind=kind, occurred_at=at))
    spoken = [activity.occurred_at for activity in found if activity.kind in CONTACTS]
    lead.last_contacted = max(spoken, default=None)
    return found
