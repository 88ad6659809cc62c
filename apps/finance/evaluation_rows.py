"""Entries of the ledger for the cases of the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.evaluation.world import maker
from apps.core.periods import Period, local_today
from apps.finance.choices import EntryStatus
from apps.finance.models import Category, Entry


@maker("entries")
def make_entries(user: User, rows: Sequence[Mapping[str, Any]]) -> None:
    """Entries by the case's user, posted unless `draft`; `category` is a code.

    The day is `booked_on`, or the `day` of the month that is `months_ago`. `paid` dates the payment on it.
    The ledger is one for the whole house: cases use a currency that it does not, so that sums are theirs.
    """
    for row in rows:
        _entry(user, dict(row)).save(force_insert=True)


def _entry(user: User, row: dict[str, Any]) -> Entry:
    category = Category.objects.get(code=row.pop("category"))
    amount, is_draft, is_paid = (
        Decimal(str(row.pop("amount"))),
        row.pop("draft", False),
        row.pop("paid", False),
    )
    booked_on = _day(user, row)
    entry = Entry(category=category, amount=amount, booked_on=booked_on, recorded_by=user, **row)
    entry.paid_on = booked_on if is_paid else None
    if not is_draft:
        entry.status, entry.posted_by, entry.posted_at = EntryStatus.POSTED, user, timezone.now()
    return entry


def _day(user: User, row: dict[str, Any]) -> date:
    given, months, day = row.pop("booked_on", None), row.pop("months_ago", 0), row.pop("day", 1)
    if given:
        return given if isinstance(given, date) else date.fromisoformat(given)
    month = Period.month_of(local_today(user.timezone), user.timezone)
    for _ in range(months):
        month = month.previous()
    return month.start.replace(day=day)
