"""Key figures of finance, in the currency of the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.core.figures import figure
from apps.core.periods import Period
from apps.documents.numbers import amount
from apps.finance.choices import HOUSE_CURRENCY, EntryKind
from apps.finance.models import Entry
from apps.finance.reports.links import LedgerLinks
from apps.finance.totals import ZERO

if TYPE_CHECKING:
    from apps.accounts.models import User

RIGHT = "finance.view_entry"
LINKS = LedgerLinks("booked_on")


@dataclass(frozen=True)
class LedgerFacts:
    """Sums of one period, by kind and currency."""

    sums: dict[tuple[str, str], Decimal]

    def amount(self, kind: EntryKind, currency: str = HOUSE_CURRENCY) -> Decimal:
        """One of them."""
        return self.sums.get((kind.value, currency), ZERO)


def ledger_facts(periods: Sequence[Period], user: User) -> list[LedgerFacts]:
    """Found in one pass over the days of all periods."""
    first, end = min(period.start for period in periods), max(period.end for period in periods)
    found: Iterable[Mapping[str, Any]] = (
        Entry.objects.visible_to(user)
        .posted()
        .filter(booked_on__gte=first, booked_on__lt=end)
        .order_by()
        .values("booked_on", "currency", "category__kind")
        .annotate(amount=Sum("signed"))
    )
    rows = list(found)
    return [
        _facts([row for row in rows if period.start <= row["booked_on"] < period.end]) for period in periods
    ]


def _facts(rows: Sequence[Mapping[str, Any]]) -> LedgerFacts:
    sums: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = row["category__kind"], row["currency"]
        sums[key] = sums.get(key, ZERO) + row["amount"]
    return LedgerFacts(sums)


def _elsewhere(kinds: Sequence[EntryKind], facts: LedgerFacts) -> str:
    """What the figure leaves out, because currencies are not added up."""
    others = sorted({currency for _kind, currency in facts.sums} - {HOUSE_CURRENCY})
    sign = {EntryKind.REVENUE: 1, EntryKind.EXPENSE: -1 if len(kinds) > 1 else 1}
    told = []
    for currency in others:
        total = sum((sign[kind] * facts.amount(kind, currency) for kind in kinds), ZERO)
        if total:
            told.append(f"{currency} {amount(total)}")
    return _("Besides, in other currencies: %(amounts)s.") % {"amounts": ", ".join(told)} if told else ""


def _rows(kind: EntryKind, period: Period) -> str:
    return LINKS.to(period, HOUSE_CURRENCY, category__kind__exact=kind.value)


@figure(
    key="finance.revenue",
    read=ledger_facts,
    label="Revenue",
    unit="money",
    department="finance",
    currency=HOUSE_CURRENCY,
    series=True,
    permission=RIGHT,
    rows_url=lambda period, user: _rows(EntryKind.REVENUE, period),  # noqa: ARG005
    note=lambda facts, user: _elsewhere((EntryKind.REVENUE,), facts),  # noqa: ARG005
)
def revenue(facts: LedgerFacts) -> Decimal:
    """Posted revenue booked in the period, as far as it is in the currency of the house."""
    return facts.amount(EntryKind.REVENUE)


@figure(
    key="finance.expenses",
    read=ledger_facts,
    label="Expenses",
    unit="money",
    department="finance",
    better="down",
    currency=HOUSE_CURRENCY,
    series=True,
    permission=RIGHT,
    rows_url=lambda period, user: _rows(EntryKind.EXPENSE, period),  # noqa: ARG005
    note=lambda facts, user: _elsewhere((EntryKind.EXPENSE,), facts),  # noqa: ARG005
)
def expenses(facts: LedgerFacts) -> Decimal:
    """Posted expenses booked in the period, as far as they are in the currency of the house."""
    return facts.amount(EntryKind.EXPENSE)


@figure(
    key="finance.profit",
    read=ledger_facts,
    label="Profit",
    unit="money",
    department="finance",
    currency=HOUSE_CURRENCY,
    series=True,
    permission=RIGHT,
    rows_url=lambda period, user: LINKS.to(period, HOUSE_CURRENCY),  # noqa: ARG005
    note=lambda facts, user: _elsewhere(tuple(EntryKind), facts),  # noqa: ARG005
)
def profit(facts: LedgerFacts) -> Decimal:
    """Revenue less expenses of the period, as far as they are in the currency of the house."""
    return facts.amount(EntryKind.REVENUE) - facts.amount(EntryKind.EXPENSE)
