"""Counting the rows of a log, with the way to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from apps.audit import activity
from apps.core.periods import Period
from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.findings import ChartKind, Value
from apps.core.reporting.grouping import Group, Total
from apps.core.reporting.links import Condition, during, one_day, rows_link

#: As many rows as a report lists one by one.
MAX_ROWS = 5_000
Totals = Mapping[Group, list[Total]]


@dataclass(frozen=True)
class Log:
    """Rows of a period, counted: of which model, and which field says when."""

    model: type[Model]
    moment: str
    period: Period
    totals: Totals
    columns: tuple[Column, ...]
    conditions: Mapping[str, Mapping[str, Condition]]
    empty: str

    def link(self, conditions: Mapping[str, Condition]) -> str:
        """The rows of the period for which `conditions` hold."""
        return rows_link(self.model, {**during(self.moment, self.period), **conditions})

    def row(self, label: Value, total: Total, conditions: Mapping[str, Condition]) -> Row:
        """The numbers of a group, each with the way to its rows."""
        urls = {
            column.key: self.link({**conditions, **self.conditions.get(column.key, {})})
            for column in self.columns
        }
        return Row((label, *(total[column.key] for column in self.columns)), urls=urls)

    def dataset(
        self, key: str, title: str, label: Column, rows: list[Row], kind: ChartKind, note: str = ""
    ) -> Dataset:
        """A table of groups."""
        whole = next(iter(self.totals[activity.WHOLE]), None)
        return Dataset(
            key=key,
            title=title,
            columns=(label, *self.columns),
            rows=tuple(rows),
            total=self.row(_("Total"), whole, {}) if rows and whole else None,
            chart=ChartSpec(kind, label.key, (self.columns[0].key,), title=title),
            note=note,
            empty=self.empty,
        )

    def by(
        self, key: str, title: str, label: str, group: Group, named: Callable[[str], str], kind: ChartKind
    ) -> Dataset:
        """By one column of text, the most frequent first."""
        column, count = group[0], self.columns[0].key
        found = sorted(self.totals[group], key=lambda total: (-total[count], total[column]))
        rows = [self.row(named(total[column]), total, {f"{column}__exact": total[column]}) for total in found]
        return self.dataset(key, title, Column("name", label), rows, kind)

    def by_person(self, title: str, group: Group, relation: str, nobody: str) -> Dataset:
        """By the person of `relation`, the busiest first."""
        key, name = group
        found = sorted(self.totals[group], key=lambda total: (-total[self.columns[0].key], total[name] or ""))
        rows = [self.row(total[name] or nobody, total, of_person(relation, total[key])) for total in found]
        return self.dataset("people", title, Column("name", _("Person")), rows, "bar")

    def by_day(self) -> Dataset:
        """Every day that has rows."""
        rows = [
            self.row(total["day"], total, during(self.moment, one_day(total["day"], self.period.tz)))
            for total in sorted(self.totals[activity.BY_DAY], key=lambda total: total["day"])
        ]
        note = _("Days without any are left out.")
        return self.dataset("days", _("By day"), Column("day", _("Day"), "day"), rows, "column", note)


def of_person(relation: str, key: Any) -> dict[str, Condition]:
    """Lookups of the rows of one person; None: of nobody."""
    return {f"{relation}__isnull": True} if key is None else {f"{relation}__id__exact": str(key)}
