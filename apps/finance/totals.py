"""Sums of the ledger, made by the database in one pass. They are exact, and each is of one currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from apps.core.periods import Period
from apps.finance.choices import EntryKind
from apps.finance.models import Category, Entry

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.finance.querysets import EntryQuerySet

#: By which day entries are counted: when they belong to the books, or when the money moved.
Basis = Literal["booked_on", "paid_on"]
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Total:
    """The sum of one category in one currency, in each of the periods that were asked for."""

    category: Category
    currency: str
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True)
class Monthly:
    """The sum of one category in one currency and one calendar month."""

    category: Category
    currency: str
    month: date
    amount: Decimal


@dataclass(frozen=True)
class Open:
    """What is booked and not paid at the end of a day, by currency: what others owe us, and what we owe."""

    receivable: Mapping[str, Decimal]
    payable: Mapping[str, Decimal]


def totals(user: User, periods: Sequence[Period], *, basis: Basis) -> list[Total]:
    """The sums of the posted entries that `user` may see, in the order of the statement, if not empty."""
    spans = {f"span{place}": _within(basis, period) for place, period in enumerate(periods)}
    found: Iterable[Mapping[str, Any]] = (
        _posted(user, basis, min(span.start for span in periods), max(span.end for span in periods))
        .values("category_id", "currency")
        .annotate(**{name: Sum("signed", filter=span, default=ZERO) for name, span in spans.items()})
    )
    known = categories()
    rows = [
        Total(known[row["category_id"]], row["currency"], tuple(row[name] for name in spans)) for row in found
    ]
    return sorted((row for row in rows if any(row.amounts)), key=lambda row: _place(row.category))


def monthly(user: User, first: date, end: date, *, basis: Basis) -> list[Monthly]:
    """The sums by calendar month from `first` up to but not including `end`."""
    found = (
        _posted(user, basis, first, end)
        .values("category_id", "currency", month=TruncMonth(basis))
        .annotate(amount=Sum("signed"))
    )
    known = categories()
    rows = [Monthly(known[row["category_id"]], row["currency"], row["month"], row["amount"]) for row in found]
    return sorted(rows, key=lambda row: (row.month, _place(row.category)))


def unpaid_at(user: User, end: date) -> Open:
    """What was booked before `end` and not paid by then.

    Two queries: what was never paid stands in an index of its own, which an OR would read past.
    """
    booked = Entry.objects.visible_to(user).posted().filter(booked_on__lt=end).order_by()
    owed: dict[str, dict[str, Decimal]] = {"revenue": {}, "expense": {}}
    for waiting in (booked.filter(paid_on__isnull=True), booked.filter(paid_on__gte=end)):
        for row in waiting.values("category__kind", "currency").annotate(amount=Sum("signed")):
            of_kind = owed[row["category__kind"]]
            of_kind[row["currency"]] = of_kind.get(row["currency"], ZERO) + row["amount"]
    return Open(
        *({code: sum_ for code, sum_ in owed[kind].items() if sum_} for kind in ("revenue", "expense"))
    )


@dataclass(frozen=True)
class Sums:
    """What entries of one currency come to, and how many they are; reversals count against theirs."""

    currency: str
    count: int
    revenue: Decimal
    expense: Decimal

    @property
    def left(self) -> Decimal:
        """Revenue less expenses."""
        return self.revenue - self.expense


def sums_of(rows: EntryQuerySet) -> list[Sums]:
    """Of all the rows, by currency."""
    of_kind = {kind.value: Sum("signed", filter=Q(category__kind=kind), default=ZERO) for kind in EntryKind}
    found: Iterable[Mapping[str, Any]] = (
        rows.order_by().values("currency").annotate(count=Count("*"), **of_kind).order_by("currency")
    )
    return [Sums(row["currency"], row["count"], row["revenue"], row["expense"]) for row in found]


def categories() -> dict[UUID, Category]:
    """All of them, by key."""
    return {category.pk: category for category in Category.objects.all()}


def _posted(user: User, basis: Basis, first: date, end: date) -> EntryQuerySet:
    rows = Entry.objects.visible_to(user).posted().order_by()
    return rows.filter(**{f"{basis}__gte": first, f"{basis}__lt": end})


def _within(basis: Basis, period: Period) -> Q:
    return Q(**{f"{basis}__gte": period.start, f"{basis}__lt": period.end})


def _place(category: Category) -> tuple[int, str]:
    return category.order, category.code
