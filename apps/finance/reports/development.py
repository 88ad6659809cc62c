"""How revenue and expenses developed up to a period: by month, quarter or year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.periods import Period
from apps.core.reporting import Ask, ChartSpec, Column, Dataset, Row
from apps.finance.choices import EntryKind
from apps.finance.reports.filters import By, LedgerFilters
from apps.finance.reports.links import LedgerLinks
from apps.finance.totals import ZERO, Monthly, monthly

#: How many steps are looked back, and what a step is.
STEPS: Mapping[By, tuple[int, Callable[..., Period]]] = {
    "month": (12, Period.month_of),
    "quarter": (8, Period.quarter_of),
    "year": (3, Period.year_of),
}
_Sums = Mapping[tuple[str, str], Decimal]


def steps_up_to(period: Period, by: By) -> list[Period]:
    """The months, quarters or years up to the one that holds the period's last day, oldest first."""
    count, kind = STEPS[by]
    steps = [kind(period.last_day, period.tz)]
    while len(steps) < count:
        steps.insert(0, steps[0].previous())
    return steps


def developments(
    ask: Ask[LedgerFilters], currencies: Sequence[str], links: LedgerLinks, labels: tuple[str, str, str]
) -> dict[str, Dataset]:
    """By currency: money in, money out and what is left in each step. `labels` name the three."""
    steps = steps_up_to(ask.period, ask.filters.by)
    found = monthly(ask.user, steps[0].start, steps[-1].end, basis=links.basis)
    return {
        currency: _dataset(
            currency, steps, [row for row in found if row.currency == currency], ask, links, labels
        )
        for currency in currencies
    }


def _dataset(
    currency: str,
    steps: Sequence[Period],
    found: Sequence[Monthly],
    ask: Ask[LedgerFilters],
    links: LedgerLinks,
    labels: tuple[str, str, str],
) -> Dataset:
    by = ask.filters.by
    sums: dict[tuple[Period, str], Decimal] = defaultdict(lambda: ZERO)
    for row in found:
        step = next(step for step in steps if step.start <= row.month < step.end)
        sums[step, row.category.kind] += row.amount
    titles = {"month": _("By month"), "quarter": _("By quarter"), "year": _("By year")}
    columns = tuple(
        Column(key, label, "money", currency)
        for key, label in zip(("revenue", "expense", "left"), labels, strict=True)
    )
    return Dataset(
        key=f"development_{currency}",
        title=titles[by],
        columns=(Column("step", _("From")), *columns),
        rows=tuple(_row(step, by, sums, currency, links) for step in steps),
        chart=ChartSpec("column", "step", ("revenue", "expense")),
        note=_("Whole months; the last one may still be running."),
        group=currency,
    )


def _row(
    step: Period, by: By, sums: Mapping[tuple[Period, str], Decimal], currency: str, links: LedgerLinks
) -> Row:
    revenue, expense = sums[step, EntryKind.REVENUE], sums[step, EntryKind.EXPENSE]
    urls = {kind.value: links.to(step, currency, category__kind__exact=kind.value) for kind in EntryKind}
    return Row((_name(step, by), revenue, expense, revenue - expense), urls=urls)


def _name(step: Period, by: By) -> str:
    if by == "year":
        return str(step.start.year)
    if by == "quarter":
        return f"Q{(step.start.month + 2) // 3} {step.start.year}"
    return date_format(step.start, "M Y")
