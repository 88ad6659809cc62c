"""A ledger at random, the same for the same seed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from apps.accounts.models import User
from apps.finance.choices import EntryStatus
from apps.finance.models import Category, Entry

FIRST, DAYS = date(2025, 6, 1), 540


def random_ledger(keeper: User, *, seed: int, entries: int = 400) -> None:
    """Posted entries, drafts, discarded ones and reversals in three currencies over a year and a half."""
    rng = Random(seed)
    categories = list(Category.objects.all())
    rows = [_entry(rng, keeper, categories) for _ in range(entries)]
    Entry.objects.bulk_create(rows)
    posted = [row for row in rows if row.status == EntryStatus.POSTED]
    Entry.objects.bulk_create([_reversal(rng, entry) for entry in rng.sample(posted, len(posted) // 8)])


def _entry(rng: Random, keeper: User, categories: list[Category]) -> Entry:
    day = FIRST + timedelta(days=rng.randrange(DAYS))
    status = rng.choices(list(EntryStatus), weights=[1, 8, 1])[0]
    posted = status == EntryStatus.POSTED
    # Cents that floating point cannot hold, and amounts that only a Decimal adds up exactly.
    amount = (
        Decimal(rng.choice([1, 7, 10, 33, 99, 12345, 99999999999])) / 100 + Decimal(rng.randrange(9)) / 100
    )
    return Entry(
        category=rng.choice(categories),
        booked_on=day,
        paid_on=day + timedelta(days=rng.randrange(60)) if rng.random() < 0.7 else None,
        amount=amount,
        currency=rng.choice(["SGD", "SGD", "USD", "MYR"]),
        party=f"Party {rng.randrange(20)}",
        status=status,
        recorded_by=keeper,
        posted_by=keeper if posted else None,
        posted_at=timezone.now() if posted else None,
    )


def _reversal(rng: Random, entry: Entry) -> Entry:
    day = entry.booked_on + timedelta(days=rng.randrange(40))
    return Entry(
        category=entry.category,
        booked_on=day,
        paid_on=max(day, entry.paid_on) if entry.paid_on else None,
        amount=entry.amount,
        currency=entry.currency,
        party=entry.party,
        status=EntryStatus.POSTED,
        recorded_by=entry.recorded_by,
        posted_by=entry.recorded_by,
        posted_at=timezone.now(),
        reverses=entry,
    )
