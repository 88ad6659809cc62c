"""What is booked and not paid, by whom it concerns: who owes us, and whom we owe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q, Sum

from apps.finance.models import Entry

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class OpenParty:
    """What one party owes, or is owed, in one currency: of `count` entries, the oldest booked on `since`."""

    party: str
    currency: str
    amount: Decimal
    count: int
    since: date


def unpaid_by_party(*, user: User, kind: str, end: date) -> list[OpenParty]:
    """Of the posted entries of `kind` that were booked before `end` and not paid by then, the largest first.

    A reversal takes back what it reverses, so that both are nothing together.
    """
    booked = Entry.objects.visible_to(user).posted().filter(booked_on__lt=end, category__kind=kind)
    found: Iterable[Mapping[str, Any]] = (
        booked.filter(Q(paid_on__isnull=True) | Q(paid_on__gte=end))
        .order_by()
        .values("party", "currency")
        .annotate(
            amount=Sum("signed"),
            count=Count("pk", filter=Q(reverses__isnull=True, reversal__isnull=True)),
            since=Min("booked_on", filter=Q(reverses__isnull=True, reversal__isnull=True)),
        )
        .exclude(amount=0)
        .order_by("-amount", "party", "currency")
    )
    return [
        OpenParty(row["party"], row["currency"], row["amount"], row["count"], row["since"] or end)
        for row in found
    ]
