"""The key figures of a period as a paged report: tiles by department, a chart where there is a history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from apps.core.figures import Figure
from apps.core.periods import Period
from apps.documents.charts import Chart, Series
from apps.documents.content import Column, Table
from apps.documents.numbers import plain, with_unit
from apps.documents.report import Mood, Report, Section, Tile

#: Highlights are for reading in a minute.
_HIGHLIGHTS = 5
_UNITS = {"percent": "%", "seconds": "s", "tokens": "tokens"}


class FigureValueLike(Protocol):
    """A figure over the period and the one before; `series` has the weeks up to it, oldest first."""

    @property
    def figure(self) -> Figure: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def previous(self) -> Decimal: ...
    @property
    def series(self) -> Sequence[tuple[Period, Decimal]]: ...
    @property
    def change(self) -> Decimal: ...
    @property
    def change_percent(self) -> Decimal | None: ...
    @property
    def is_good(self) -> bool | None: ...


class DepartmentFiguresLike(Protocol):
    """The figures of one department."""

    @property
    def name(self) -> str: ...
    @property
    def figures(self) -> Sequence[FigureValueLike]: ...


class KpiReportLike(Protocol):
    """All figures over a period."""

    @property
    def period(self) -> Period: ...
    @property
    def previous(self) -> Period: ...
    @property
    def departments(self) -> Sequence[DepartmentFiguresLike]: ...


def build_kpi_report(
    kpis: KpiReportLike, *, prepared_on: date, prepared_for: str = "", title: str = "Weekly KPI report"
) -> Report:
    """The figures as they were computed, never rounded into another number than the database holds."""
    names = [department.name for department in kpis.departments]
    return Report(
        title=title,
        subtitle=f"Key figures of {_listed(names)}, compared with the period before."
        if names
        else "No figures.",
        period=str(kpis.period),
        prepared_on=prepared_on,
        prepared_for=prepared_for,
        time_zone_note=f"Days in {kpis.period.tz}",
        highlights=_highlights(kpis),
        sections=(*(_department(item) for item in kpis.departments), _all_figures(kpis)),
        sources=_sources(kpis),
    )


def _department(department: DepartmentFiguresLike) -> Section:
    charted = next((item for item in department.figures if any(value for _, value in item.series)), None)
    return Section(
        title=department.name,
        tiles=tuple(_tile(item) for item in department.figures),
        chart=_chart(charted) if charted else None,
    )


def _tile(item: FigureValueLike) -> Tile:
    return Tile(
        label=item.figure.label,
        value=_reading(item.figure, item.value),
        change=_change(item),
        mood=_mood(item),
        note=f"before: {_reading(item.figure, item.previous)}",
    )


def _reading(figure: Figure, value: Decimal) -> str:
    return with_unit(value, _unit(figure))


def _unit(figure: Figure) -> str:
    return (figure.currency or "SGD") if figure.unit == "money" else _UNITS.get(figure.unit, "")


def _change(item: FigureValueLike) -> str:
    """With an arrow, because colour alone is not read by everyone. Percentages move by points."""
    if not item.change:
        return "no change"
    arrow = "▲" if item.change > 0 else "▼"
    if item.figure.unit == "percent":
        return f"{arrow} {plain(abs(item.change), 1)} points"
    if item.change_percent is None:
        return f"{arrow} from nothing"
    return f"{arrow} {plain(abs(item.change_percent), 1)} %"


def _mood(item: FigureValueLike) -> Mood:
    if item.is_good is None:
        return "neutral"
    return "good" if item.is_good else "bad"


def _highlights(kpis: KpiReportLike) -> tuple[str, ...]:
    """The figures that moved most, bad news first."""
    moved = [
        item
        for department in kpis.departments
        for item in department.figures
        if item.is_good is not None and item.change_percent is not None
    ]
    moved.sort(
        key=lambda item: (item.is_good is True, -abs(item.change_percent or Decimal(0)), item.figure.key)
    )
    return tuple(_sentence(item) for item in moved[:_HIGHLIGHTS])


def _sentence(item: FigureValueLike) -> str:
    verb = "rose" if item.change > 0 else "fell"
    before, now = _reading(item.figure, item.previous), _reading(item.figure, item.value)
    return f"{item.figure.label} {verb} from {before} to {now} ({_change(item)})."


def _chart(item: FigureValueLike) -> Chart:
    weeks = len(item.series)
    return Chart(
        "column" if item.figure.unit in {"count", "money"} else "line",
        f"{item.figure.label}, last {weeks} weeks",
        tuple(f"{period.start.day} {period.start:%b}" for period, _ in item.series),
        (Series(item.figure.label, tuple(value for _, value in item.series)),),
        unit=_unit(item.figure),
        note="Weeks are named by their Monday; the last one may still be running.",
    )


def _all_figures(kpis: KpiReportLike) -> Section:
    """Every number once more in one table, for those who copy numbers."""
    rows = tuple(
        (
            department.name,
            item.figure.label,
            _reading(item.figure, item.value),
            _reading(item.figure, item.previous),
            _change(item),
        )
        for department in kpis.departments
        for item in department.figures
    )
    columns = (
        Column("Department"),
        Column("Figure"),
        Column("This period", "number"),
        Column("Period before", "number"),
        Column("Change", "number"),
    )
    return Section(title="All figures", table=Table(columns, rows))


def _sources(kpis: KpiReportLike) -> tuple[str, ...]:
    definitions = tuple(
        f"{item.figure.label}: {' '.join(item.figure.definition.split())}"
        for department in kpis.departments
        for item in department.figures
        if item.figure.definition
    )
    return (
        f"Period: {kpis.period}; compared with {kpis.previous}. Days begin at midnight in {kpis.period.tz}.",
        *definitions,
    )


def _listed(items: Sequence[str]) -> str:
    lowered = [item.lower() for item in items]
    return lowered[0] if len(lowered) == 1 else f"{', '.join(lowered[:-1])} and {lowered[-1]}"
