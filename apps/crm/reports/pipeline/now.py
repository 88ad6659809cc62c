"""What is open: by stage, and by the month in which it should be closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.findings import Value
from apps.core.reporting.links import Condition
from apps.crm.choices import OPEN
from apps.crm.reports.money import Purse, money_columns, money_key
from apps.crm.reports.pipeline.facts import Facts

#: Months that are shown one by one; what comes after them is put together.
MONTHS_AHEAD = 12


@dataclass
class Sums:
    """Leads, their value, and that value weighed by the chance to win."""

    leads: int = 0
    value: Purse = field(default_factory=Purse)
    weighted: Purse = field(default_factory=Purse)

    def add(self, leads: int, currency: str, value: Decimal, weighted: Decimal) -> None:
        """Take in a group of leads."""
        self.leads += leads
        self.value[currency] += value
        self.weighted[currency] += weighted


def sums_by_stage(facts: Facts) -> dict[str, Sums]:
    """What is open, by stage; all of it under ""."""
    found: dict[str, Sums] = defaultdict(Sums)
    for group in facts.pipeline.groups:
        weighted = facts.pipeline.weighted(group.status, group.value)
        for key in (group.status, ""):
            found[key].add(group.leads, group.currency, group.value, weighted)
    return found


def stages_now(facts: Facts) -> Dataset:
    """The open leads by stage."""
    by_stage = sums_by_stage(facts)
    chance = facts.pipeline.probability
    rows = [
        _row(facts, (str(status.label), chance[status]), by_stage[status], {"status__exact": status.value})
        for status in OPEN
    ]
    return Dataset(
        key="stages",
        title=_("Open leads by stage"),
        columns=(
            Column("stage", _("Stage")),
            Column("probability", _("Chance to win"), "percent"),
            *_columns(facts),
        ),
        rows=tuple(rows) if by_stage[""].leads else (),
        total=_row(facts, (_("Total"), None), by_stage[""], {}) if by_stage[""].leads else None,
        chart=ChartSpec("bar", "stage", ("leads",), title=_("Open leads by stage")),
        note=_(
            "As of now, whatever the period. The forecast is the value times the chance to win that is set "
            "for the stage. Leads without a value count as leads and add nothing to the values."
        ),
        empty=_("There are no open leads."),
    )


def forecast(facts: Facts) -> Dataset:
    """The open leads by the month in which they are expected to close."""
    by_slot, last = _sums_by_slot(facts), _months_after(facts.today, MONTHS_AHEAD)
    rows = [
        _row(facts, (label,), by_slot[key], conditions)
        for key, label, conditions in _slots(facts.today, last)
        if key in by_slot
    ]
    house = facts.currencies[0]
    return Dataset(
        key="forecast",
        title=_("Forecast by expected close"),
        columns=(Column("month", _("Expected close")), *_columns(facts)),
        rows=tuple(rows),
        total=_row(facts, (_("Total"),), sums_by_stage(facts)[""], {}) if rows else None,
        chart=ChartSpec(
            "column",
            "month",
            (money_key("weighted", house),),
            title=_("Forecast"),
        ),
        note=_("As of now. Overdue: the expected day has passed and the lead is still open."),
        empty=_("There are no open leads."),
    )


def _sums_by_slot(facts: Facts) -> dict[str, Sums]:
    found: dict[str, Sums] = defaultdict(Sums)
    last = _months_after(facts.today, MONTHS_AHEAD)
    for group in facts.pipeline.months:
        weighted = facts.pipeline.weighted(group.status, group.value)
        key = _slot(group.month, overdue=group.overdue, last=last)
        found[key].add(group.leads, group.currency, group.value, weighted)
    return found


def _slot(month: date | None, *, overdue: bool, last: date) -> str:
    if month is None:
        return "none"
    if overdue:
        return "overdue"
    return "later" if month >= last else month.isoformat()


def _slots(today: date, last: date) -> Iterator[tuple[str, str, dict[str, Condition]]]:
    """Keys in order, each with its name and the lookups of its leads."""
    yield "overdue", _("Overdue"), {"expected_close__lt": today}
    for ahead in range(MONTHS_AHEAD):
        first, end = _months_after(today, ahead), _months_after(today, ahead + 1)
        inside: dict[str, Condition] = {
            "expected_close__gte": max(first, today),
            "expected_close__lt": end,
        }
        yield first.isoformat(), date_format(first, "F Y"), inside
    yield "later", _("Later"), {"expected_close__gte": last}
    yield "none", _("No day given"), {"expected_close__isnull": True}


def _months_after(day: date, months: int) -> date:
    """The first day of the month that comes so many months after the one of `day`."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _columns(facts: Facts) -> tuple[Column, ...]:
    return (
        Column("leads", _("Leads"), "count"),
        *money_columns("value", _("Value"), facts.currencies),
        *money_columns("weighted", _("Forecast"), facts.currencies),
    )


def _row(facts: Facts, labels: tuple[Value, ...], sums: Sums, conditions: dict[str, Condition]) -> Row:
    currencies = facts.currencies
    values = (*labels, sums.leads, *sums.value.values_in(currencies), *sums.weighted.values_in(currencies))
    urls = {"leads": facts.links.open(**conditions)}
    for currency in currencies:
        url = facts.links.open(currency__exact=currency, **conditions)
        urls |= {money_key("value", currency): url, money_key("weighted", currency): url}
    return Row(values, url=urls["leads"], urls=urls)
