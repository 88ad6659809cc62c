"""Key figures as a report: the numbers are those that were computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from apps.core.figures import Better, Figure, Unit
from apps.core.periods import Period
from apps.documents.compose.kpi_report import build_kpi_report
from apps.documents.pdf import render_report
from apps.documents.report import Report, Tile
from apps.reports.selectors import DepartmentFigures, FigureValue, KpiReport

WEEK = Period.week_of(date(2026, 11, 18))


@dataclass(frozen=True)
class Row:
    label: str
    value: str
    previous: str
    unit: Unit = "count"
    better: Better = "up"


def report_of(*rows: Row, series: tuple[int, ...] = ()) -> Report:
    weeks = tuple(
        (Period.week_of(date(2026, 9, 7 + 7 * number)), Decimal(value)) for number, value in enumerate(series)
    )
    values = tuple(
        FigureValue(
            Figure(
                row.label, row.label, row.unit, "sales", row.better, lambda *_: 0, f"What {row.label} is."
            ),
            Decimal(row.value),
            Decimal(row.previous),
            weeks,
        )
        for row in rows
    )
    kpis = KpiReport(WEEK, WEEK.previous(), (DepartmentFigures("sales", "Sales", values),))
    return build_kpi_report(kpis, prepared_on=date(2026, 11, 23), prepared_for="CEO")


def tile(row: Row) -> Tile:
    return report_of(row).sections[0].tiles[0]


@pytest.mark.parametrize(
    ("row", "value", "change", "mood"),
    [
        (Row("Leads", "47", "40"), "47", "▲ 17.5 %", "good"),
        (Row("Stale", "12", "9", better="down"), "12", "▲ 33.3 %", "bad"),
        (Row("Stale", "9", "12", better="down"), "9", "▼ 25.0 %", "good"),
        (Row("Talks", "5", "4", better="none"), "5", "▲ 25.0 %", "neutral"),
        (Row("Leads", "4", "4"), "4", "no change", "neutral"),
        (Row("Leads", "4", "0"), "4", "▲ from nothing", "good"),
        (Row("Value", "1284500.5", "1", "money"), "SGD 1,284,500.50", "▲ 128,449,950.0 %", "good"),
        (Row("Rate", "24.5", "21", "percent"), "24.5 %", "▲ 3.5 points", "good"),
        (Row("Wait", "2.5", "2.5", "seconds", "down"), "2.5 s", "no change", "neutral"),
    ],
)
def test_a_tile_shows_the_figure_and_its_change(row: Row, value: str, change: str, mood: str) -> None:
    shown = tile(row)
    assert (shown.value, shown.change, shown.mood) == (value, change, mood)


def test_highlights_begin_with_bad_news() -> None:
    report = report_of(Row("Leads", "90", "10"), Row("Stale", "11", "10", better="down"))
    assert report.highlights[0].startswith("Stale rose from 10 to 11")
    assert report.highlights[1].startswith("Leads rose from 10 to 90")


def test_every_figure_stands_in_the_last_table() -> None:
    table = report_of(Row("Leads", "47", "40"), Row("Won", "3", "2")).sections[-1].table
    assert table is not None
    assert [row[1:4] for row in table.rows] == [("Leads", "47", "40"), ("Won", "3", "2")]


def test_a_figure_with_history_is_charted_week_by_week() -> None:
    chart = report_of(Row("Leads", "47", "40"), series=(5, 9, 7)).sections[0].chart
    assert chart is not None
    assert chart.categories == ("7 Sep", "14 Sep", "21 Sep")
    assert [int(value) for value in chart.series[0].values] == [5, 9, 7]


def test_a_history_of_nothing_is_not_charted() -> None:
    assert report_of(Row("Leads", "0", "0"), series=(0, 0)).sections[0].chart is None


def test_period_zone_and_definitions_are_stated() -> None:
    report = report_of(Row("Leads", "47", "40"))
    assert report.period == "16 November 2026 to 22 November 2026"
    assert report.time_zone_note == "Days in Asia/Singapore"
    assert "Leads: What Leads is." in report.sources


def test_it_renders() -> None:
    assert render_report(report_of(Row("Leads", "47", "40"), series=(1, 2))).startswith(b"%PDF")


def test_no_figures_at_all_still_render() -> None:
    kpis = KpiReport(WEEK, WEEK.previous(), ())
    assert render_report(build_kpi_report(kpis, prepared_on=date(2026, 11, 23))).startswith(b"%PDF")
