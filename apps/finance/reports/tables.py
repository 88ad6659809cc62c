"""Statements as tables of a report."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.numbers import percent
from apps.finance.reports.links import LedgerLinks
from apps.finance.statements import Books, Line, Statement
from apps.finance.totals import ZERO


def statement_table(key: str, title: str, books: Books, statement: Statement, links: LedgerLinks) -> Dataset:
    """All lines of a statement, sums and results among them, with the comparison; the result is the total."""
    *lines, last = statement.lines
    return Dataset(
        key=f"{key}_{statement.currency}",
        title=title,
        columns=(
            Column("line", _("Line")),
            Column("amount", _("This period"), "money", statement.currency),
            Column("before", _("Period before"), "money", statement.currency),
            Column("change", _("Change"), "money", statement.currency),
            Column("change_percent", _("Change, %"), "percent"),
        ),
        rows=tuple(_row(line, books, statement.currency, links) for line in lines),
        total=_row(last, books, statement.currency, links),
        group=statement.currency,
    )


def share_table(
    key: str, title: str, lines: Iterable[Line], books: Books, currency: str, links: LedgerLinks
) -> Dataset:
    """What each category is of the whole, the largest first; categories of nothing are left out."""
    found = sorted((line for line in lines if line.amount), key=lambda line: -line.amount)
    whole = sum((line.amount for line in found), ZERO)
    return Dataset(
        key=f"{key}_{currency}",
        title=title,
        columns=(
            Column("category", _("Category")),
            Column("amount", _("Amount"), "money", currency),
            Column("share", _("Share"), "percent"),
        ),
        rows=tuple(
            Row(
                (line.label, line.amount, percent(line.amount, whole)),
                url=links.line(line, books.period, currency),
            )
            for line in found
        ),
        total=Row((_("Total"), whole, percent(whole, whole))),
        chart=ChartSpec("bar", "category", ("amount",)),
        empty=_("Nothing in this period."),
        group=currency,
    )


def change_percent(line: Line) -> Decimal | None:
    """By how much it moved, in per cent of before; None of nothing."""
    return percent(line.change, abs(line.before))


def _row(line: Line, books: Books, currency: str, links: LedgerLinks) -> Row:
    urls = {
        "amount": links.line(line, books.period, currency),
        "before": links.line(line, books.before, currency),
    }
    values = (line.label, line.amount, line.before, line.change, change_percent(line))
    return Row(values, urls={name: url for name, url in urls.items() if url})
