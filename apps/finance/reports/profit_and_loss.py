"""The profit and loss statement."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.reporting import Ask, Dataset, Findings, Tile, report
from apps.documents.numbers import amount
from apps.finance.choices import EXPENSE_GROUPS, REVENUE_GROUPS, EntryKind
from apps.finance.completeness import completeness
from apps.finance.reports.development import developments
from apps.finance.reports.filters import LedgerFilters
from apps.finance.reports.links import LedgerLinks
from apps.finance.reports.tables import share_table, statement_table
from apps.finance.statements import Books, Statement, of_kind, profit_and_loss

LINKS = LedgerLinks("booked_on")


@report(
    key="profit_and_loss",
    title=gettext_lazy("Profit and loss"),
    permissions=("finance.view_entry",),
    department="finance",
    filters=LedgerFilters,
)
def profit_and_loss_report(ask: Ask[LedgerFilters]) -> Findings:
    """Revenue, expenses and net profit of the posted entries by category, compared with the period before,
    and their development by month, quarter or year.
    """
    books = profit_and_loss(ask.user, ask.period, ask.before)
    currencies = [statement.currency for statement in books.statements]
    labels = (_("Revenue"), _("Expenses"), _("Profit"))
    development = developments(ask, currencies, LINKS, labels)
    return Findings(
        tiles=tuple(tile for statement in books.statements for tile in _tiles(statement, books)),
        datasets=tuple(
            dataset
            for statement in books.statements
            for dataset in (*_tables(statement, books), development[statement.currency])
        ),
        highlights=(
            *(_result(statement) for statement in books.statements),
            completeness(ask.user, ask.period, ask.now).sentence,
        ),
        notes=(
            _("Only posted entries count, on the day they are booked; a reversal counts against its entry."),
            _("Amounts in different currencies are never added together."),
        ),
    )


def _tiles(statement: Statement, books: Books) -> Iterator[Tile]:
    currency = statement.currency
    labels = {EntryKind.REVENUE: (_("Revenue"), "up"), EntryKind.EXPENSE: (_("Expenses"), "down")}
    for kind, (label, better) in labels.items():
        now, before = of_kind(statement, kind)
        url = LINKS.to(books.period, currency, category__kind__exact=kind.value)
        yield Tile(
            f"{kind.value}_{currency}",
            label,
            now,
            "money",
            currency,
            previous=before,
            better="up" if better == "up" else "down",
            url=url,
            group=currency,
        )
    profit = statement.line("net_profit")
    yield Tile(
        f"profit_{currency}",
        _("Net profit"),
        profit.amount,
        "money",
        currency,
        previous=profit.before,
        better="up",
        url=LINKS.to(books.period, currency),
        group=currency,
    )


def _tables(statement: Statement, books: Books) -> Iterator[Dataset]:
    currency = statement.currency
    yield statement_table("statement", _("Profit and loss"), books, statement, LINKS)
    for key, title, groups in (
        ("revenue", _("Revenue by category"), REVENUE_GROUPS),
        ("expenses", _("Expenses by category"), EXPENSE_GROUPS),
    ):
        lines = [line for line in statement.categories if line.group in groups]
        if any(line.amount for line in lines):
            yield share_table(key, title, lines, books, currency, LINKS)


def _result(statement: Statement) -> str:
    """The result of a currency in a sentence."""
    line = statement.line("net_profit")
    if not statement.categories:
        return _("Nothing is posted in %(currency)s, nor for the period before.") % {
            "currency": statement.currency
        }
    said = {"currency": statement.currency, "amount": amount(abs(line.amount))}
    if line.amount < 0:
        text = _("A loss of %(currency)s %(amount)s.") % said
    else:
        text = _("A profit of %(currency)s %(amount)s.") % said
    return f"{text} {_('Before: %(amount)s.') % {'amount': amount(line.before)}}"
