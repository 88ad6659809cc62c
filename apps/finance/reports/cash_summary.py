"""The money that moved."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.reporting import Ask, Column, Dataset, Findings, Row, Tile, report
from apps.core.reporting.findings import Better
from apps.finance.choices import EntryKind
from apps.finance.completeness import completeness
from apps.finance.reports.development import developments
from apps.finance.reports.filters import LedgerFilters
from apps.finance.reports.links import LedgerLinks
from apps.finance.reports.tables import statement_table
from apps.finance.statements import CashBooks, Statement, cash_summary, ordered
from apps.finance.totals import ZERO

LINKS = LedgerLinks("paid_on")


@report(
    key="cash_summary",
    title=gettext_lazy("Cash summary"),
    permissions=("finance.view_entry",),
    department="finance",
    filters=LedgerFilters,
)
def cash_summary_report(ask: Ask[LedgerFilters]) -> Findings:
    """Money received and paid by category, compared with the period before, its development by month, quarter
    or year, and what was booked and not yet paid at the end of the period.
    """
    books = cash_summary(ask.user, ask.period, ask.before)
    currencies = [statement.currency for statement in books.statements]
    labels = (_("Received"), _("Paid"), _("Net cash"))
    development = developments(ask, currencies, LINKS, labels)
    return Findings(
        tiles=tuple(tile for statement in books.statements for tile in _tiles(statement, books)),
        datasets=(
            *(
                dataset
                for statement in books.statements
                for dataset in (
                    statement_table("cash", _("Cash summary"), books, statement, LINKS),
                    development[statement.currency],
                )
            ),
            _unpaid(books),
        ),
        highlights=(completeness(ask.user, ask.period, ask.now).sentence,),
        notes=(
            _("Only posted entries count, on the day they were paid. Balances of banks are not known here."),
            _("Amounts in different currencies are never added together."),
        ),
    )


def _tiles(statement: Statement, books: CashBooks) -> Iterator[Tile]:
    currency = statement.currency
    tiles: tuple[tuple[str, str, Better, str], ...] = (
        ("received", _("Received"), "up", "revenue"),
        ("paid", _("Paid"), "down", "expense"),
        ("net_cash", _("Net cash"), "up", ""),
    )
    for key, label, better, kind in tiles:
        line = statement.line(key)
        conditions = {"category__kind__exact": kind} if kind else {}
        yield Tile(
            f"{key}_{currency}",
            label,
            line.amount,
            "money",
            currency,
            previous=line.before,
            better=better,
            url=LINKS.to(books.period, currency, **conditions),
            group=currency,
        )


def _unpaid(books: CashBooks) -> Dataset:
    """What others owe and what is owed, by currency."""
    owed = books.unpaid
    rows = [
        Row(
            (currency, owed.receivable.get(currency, ZERO), owed.payable.get(currency, ZERO)),
            urls={
                "receivable": LINKS.unpaid(books.period.end, currency, EntryKind.REVENUE.value),
                "payable": LINKS.unpaid(books.period.end, currency, EntryKind.EXPENSE.value),
            },
        )
        for currency in ordered((*owed.receivable, *owed.payable))
    ]
    return Dataset(
        key="unpaid",
        title=_("Not yet paid at the end of the period"),
        columns=(
            Column("currency", _("Currency")),
            Column("receivable", _("Owed to us"), "money"),
            Column("payable", _("Owed by us"), "money"),
        ),
        rows=tuple(rows),
    )
