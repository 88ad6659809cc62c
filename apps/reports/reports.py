"""The key figures of all departments, composed of what each app declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from apps.accounts.models import Department
from apps.core.figures import Figure, figures
from apps.core.periods import Period
from apps.core.reporting import (
    Ask,
    ChartSpec,
    Column,
    Dataset,
    Findings,
    Options,
    PeriodText,
    ReportFilters,
    Row,
    Tile,
    report,
)
from apps.reports.asking import filter_fields
from apps.reports.kpis import DepartmentFigures, FigureValue, key_figures
from apps.reports.wording import change, change_percent, change_text, mood, number_text

#: Highlights are for reading in a minute.
_HIGHLIGHTS = 5


def _departments(_user: object) -> Iterable[tuple[str, str]]:
    """The departments that have figures, by name."""
    names = dict(Department.objects.values_list("slug", "name"))
    slugs = {figure.department for figure in figures}
    return sorted(((slug, names.get(slug, slug.capitalize())) for slug in slugs), key=lambda item: item[1])


class KpiFilters(ReportFilters):
    """The days, and optionally one department."""

    period: PeriodText = Field(
        "last_week", title="Period", description="A preset such as last_week, or FROM..TO as ISO days."
    )
    department: Annotated[str, Options(_departments)] = Field(
        "", title="Department", description="One department, or all of them."
    )


@report(
    key="management_kpis",
    title="Management KPIs",
    permissions=("reports.view_kpis",),
    department="management",
    filters=KpiFilters,
)
def management_kpis(ask: Ask[KpiFilters]) -> Findings:
    """Key figures of all departments, compared with the period before, and their last twelve weeks."""
    ask.progress(_("Computing the figures …"))
    departments = key_figures(
        period=ask.period, before=ask.before, user=ask.user, departments=_asked_for(ask)
    )
    values = [value for department in departments for value in department.figures]
    return Findings(
        tiles=tuple(
            _tile(value, department.name, ask) for department in departments for value in department.figures
        ),
        datasets=(
            *(history for department in departments for history in _histories(department, ask)),
            _all_figures(departments, ask),
        ),
        highlights=_highlights(_tile(value, "", ask) for value in values),
        notes=tuple(
            f"{value.figure.label}: {' '.join(value.figure.definition.split())}"
            for value in values
            if value.figure.definition
        ),
    )


def _asked_for(ask: Ask[KpiFilters]) -> dict[str, str]:
    """The names of the departments to report on."""
    chosen = ask.filters.department
    fields = filter_fields(KpiFilters, ask.user)
    offered = next(field.choices for field in fields if field.name == "department")
    return {slug: name for slug, name in offered if chosen in ("", slug)}


def _tile(value: FigureValue, group: str, ask: Ask[KpiFilters]) -> Tile:
    figure = value.figure
    return Tile(
        key=figure.key,
        label=figure.label,
        value=value.value,
        previous=value.previous,
        kind=figure.unit,
        unit=_currency(figure),
        better=figure.better,
        url=_rows_url(figure, ask.period, ask),
        note=value.note,
        group=group,
    )


def _rows_url(figure: Figure[Any], period: Period, ask: Ask[KpiFilters]) -> str:
    return figure.rows_url(period, ask.user) if figure.rows_url else ""


def _currency(figure: Figure[Any]) -> str:
    return (figure.currency or "SGD") if figure.unit == "money" else ""


def _highlights(tiles: Iterable[Tile]) -> tuple[str, ...]:
    """The figures that moved most, bad news first."""
    moved = [(tile, share) for tile in tiles if (share := change_percent(tile)) and mood(tile) != "neutral"]
    moved.sort(key=lambda item: (mood(item[0]) == "good", -abs(item[1]), item[0].key))
    return tuple(_sentence(tile) for tile, _share in moved[:_HIGHLIGHTS])


def _sentence(tile: Tile) -> str:
    rose = (change(tile) or 0) > 0
    text = (
        _("%(figure)s rose from %(before)s to %(now)s (%(change)s).")
        if rose
        else _("%(figure)s fell from %(before)s to %(now)s (%(change)s).")
    )
    before, now = (_text(tile, value) for value in (tile.previous, tile.value))
    return text % {"figure": tile.label, "before": before, "now": now, "change": change_text(tile)}


def _text(tile: Tile, value: object) -> str:
    assert isinstance(value, int | Decimal)
    return number_text(value, tile.kind, tile.unit)


def _histories(department: DepartmentFigures, ask: Ask[KpiFilters]) -> Iterator[Dataset]:
    """A chart and a table for the figures of each unit, week by week; none where nothing happened."""
    charted = sorted(
        (value for value in department.figures if any(number for _week, number in value.series)),
        key=lambda value: (value.figure.unit, _currency(value.figure)),
    )
    for (unit, currency), group in groupby(
        charted, lambda value: (value.figure.unit, _currency(value.figure))
    ):
        values = list(group)
        weeks = [week for week, _number in values[0].series]
        columns = [Column(value.figure.key, value.figure.label, unit, currency) for value in values]
        name = values[0].figure.label if len(values) == 1 else _week_title(unit, currency)
        yield Dataset(
            key=f"{department.slug}_{unit}_weeks",
            title=_("%(name)s, last %(count)d weeks") % {"name": name, "count": len(weeks)},
            columns=(Column("week", _("Week from"), "day"), *columns),
            rows=tuple(_week_row(week, place, values, ask) for place, week in enumerate(weeks)),
            chart=ChartSpec(
                "line" if len(values) > 1 or unit == "percent" else "column",
                "week",
                tuple(column.key for column in columns),
            ),
            note=_("Weeks are named by their Monday; the last one may still be running."),
            group=department.name,
        )


def _week_title(unit: str, currency: str) -> str:
    return {"count": _("Counts"), "money": currency, "percent": _("Rates")}.get(unit, unit.capitalize())


def _week_row(week: Period, place: int, values: list[FigureValue], ask: Ask[KpiFilters]) -> Row:
    return Row(
        (week.start, *(value.series[place][1] for value in values)),
        urls={value.figure.key: _rows_url(value.figure, week, ask) for value in values},
    )


def _all_figures(found: tuple[DepartmentFigures, ...], ask: Ask[KpiFilters]) -> Dataset:
    """Every number once more in one table, for those who copy numbers."""
    units = {"money": "", "percent": "%", "seconds": _("seconds"), "tokens": _("tokens")}
    rows = tuple(
        Row(
            (
                department.name,
                value.figure.label,
                _currency(value.figure) or units.get(value.figure.unit, ""),
                value.value,
                value.previous,
                value.change,
                value.change_percent,
            ),
            urls={
                "value": _rows_url(value.figure, ask.period, ask),
                "previous": _rows_url(value.figure, ask.before, ask),
            },
        )
        for department in found
        for value in department.figures
    )
    columns = (
        Column("department", _("Department")),
        Column("figure", _("Figure")),
        Column("unit", _("Unit")),
        Column("value", ask.counted.brief, "number"),
        Column("previous", ask.before.brief, "number"),
        Column("change", _("Change"), "number"),
        Column("change_percent", _("Change, %"), "percent"),
    )
    return Dataset("figures", _("All figures"), columns, rows, empty=_("No department has figures yet."))
