"""Profit and loss, and the money that moved: lines with their comparison, one statement for each currency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from apps.core.periods import Period
from apps.finance.choices import (
    EXPENSE_GROUPS,
    HOUSE_CURRENCY,
    REVENUE_GROUPS,
    EntryKind,
    StatementGroup,
)
from apps.finance.models import Category
from apps.finance.totals import ZERO, Basis, Open, Total, totals, unpaid_at

if TYPE_CHECKING:
    from apps.accounts.models import User

#: A category, the sum of a part of the statement, a result in between, or the last line.
LineKind = Literal["category", "sum", "result", "total"]


@dataclass(frozen=True)
class Line:
    """One line: the amount of the period and of the one before. `category` is None for sums and results."""

    key: str
    label: str
    kind: LineKind
    amount: Decimal
    before: Decimal
    group: str = ""
    category: Category | None = None

    @property
    def change(self) -> Decimal:
        """By how much it moved."""
        return self.amount - self.before


@dataclass(frozen=True)
class Statement:
    """What happened in one currency. `lines` end with the result: profit, or net cash."""

    currency: str
    lines: tuple[Line, ...]

    def line(self, key: str) -> Line:
        """The line of that key. Raises KeyError when the statement has none."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)

    @property
    def categories(self) -> tuple[Line, ...]:
        """The lines that entries stand behind."""
        return tuple(line for line in self.lines if line.category is not None)


@dataclass(frozen=True)
class Books:
    """The statements of a period, the house's own currency first, and what they are compared with."""

    period: Period
    before: Period
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class CashBooks(Books):
    """The same of money that moved, with what is not paid at the end of the period."""

    unpaid: Open


def profit_and_loss(user: User, period: Period, before: Period) -> Books:
    """Revenue, expenses and what is left, by the day that entries belong to."""
    return Books(period, before, tuple(_statements(user, period, before, "booked_on")))


def cash_summary(user: User, period: Period, before: Period) -> CashBooks:
    """Money received and paid, by the day that it moved; and what is booked and not paid at the end.

    The ledger knows movements and no balances of banks.
    """
    unpaid = unpaid_at(user, period.end)
    found = tuple(_statements(user, period, before, "paid_on"))
    return CashBooks(period, before, found, unpaid)


def ordered(currencies: Iterable[str]) -> list[str]:
    """Each currency once, that of the house first, and always; then by name."""
    return sorted({HOUSE_CURRENCY, *currencies}, key=lambda code: (code != HOUSE_CURRENCY, code))


def _statements(user: User, period: Period, before: Period, basis: Basis) -> Iterator[Statement]:
    found = totals(user, (period, before), basis=basis)
    lay_out = _profit_lines if basis == "booked_on" else _cash_lines
    for currency in ordered(total.currency for total in found):
        of_currency = [total for total in found if total.currency == currency]
        yield Statement(currency, tuple(lay_out(of_currency)))


def _profit_lines(found: Sequence[Total]) -> Iterator[Line]:
    """From revenue down to net profit; a result in between stands only below a part that has lines."""
    earned, before = ZERO, ZERO
    results = {
        StatementGroup.COST_OF_SALES: ("gross_profit", _("Gross profit")),
        StatementGroup.OPERATING: ("operating_profit", _("Operating profit")),
    }
    for group in StatementGroup:
        rows = [total for total in found if total.category.group == group]
        sign = 1 if group in REVENUE_GROUPS else -1
        amounts = _sum(rows)
        earned, before = earned + sign * amounts[0], before + sign * amounts[1]
        yield from (_of_category(total) for total in rows)
        if rows or group == StatementGroup.REVENUE:
            yield Line(group.value, _("Total %(part)s") % {"part": _lower(group.label)}, "sum", *amounts)
        if rows and group in results:
            key, label = results[group]
            yield Line(key, label, "result", earned, before, group=group.value)
    yield Line("net_profit", _("Net profit"), "total", earned, before)


def _cash_lines(found: Sequence[Total]) -> Iterator[Line]:
    received = [total for total in found if total.category.kind == EntryKind.REVENUE]
    paid = [total for total in found if total.category.kind == EntryKind.EXPENSE]
    money_in, money_out = _sum(received), _sum(paid)
    yield from (_of_category(total) for total in received)
    yield Line("received", _("Total received"), "sum", *money_in)
    yield from (_of_category(total) for total in paid)
    yield Line("paid", _("Total paid"), "sum", *money_out)
    net = (money_in[0] - money_out[0], money_in[1] - money_out[1])
    yield Line("net_cash", _("Net cash"), "total", *net)


def of_kind(statement: Statement, kind: str) -> tuple[Decimal, Decimal]:
    """All revenue or all expenses of a statement, wherever they stand in it: now and before."""
    groups = REVENUE_GROUPS if kind == EntryKind.REVENUE else EXPENSE_GROUPS
    lines = [line for line in statement.categories if line.group in groups]
    return sum((line.amount for line in lines), ZERO), sum((line.before for line in lines), ZERO)


def _of_category(total: Total) -> Line:
    category = total.category
    amount, before = total.amounts
    return Line(
        category.code, category.name, "category", amount, before, group=category.group, category=category
    )


def _sum(rows: Sequence[Total]) -> tuple[Decimal, Decimal]:
    return sum((row.amounts[0] for row in rows), ZERO), sum((row.amounts[1] for row in rows), ZERO)


def _lower(label: object) -> str:
    text = str(label)
    return text[:1].lower() + text[1:]
