"""The key figures of the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core import figures as declared
from apps.core.errors import Forbidden, Invalid
from apps.core.periods import Period
from apps.core.registry import Registry
from apps.reports import kpis
from apps.reports import reports as management
from apps.reports.answers import Answer
from apps.reports.kpis import DepartmentFigures, FigureValue, key_figures
from apps.reports.selectors import answer
from apps.reports.services import render_bytes
from apps.reports.wording import headings_of_days, span_lines, tile_text
from tests.conftest import Cast
from tests.reports.conftest import NOW

pytestmark = pytest.mark.django_db

WEEK = Period.week_of(date(2026, 3, 4))


def days_of_the_year(periods: Sequence[Period], user: object) -> list[int]:
    return [(period.start - date(2026, 1, 1)).days for period in periods]


@pytest.fixture
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with two figures: days since a day, and a constant."""
    registry: Registry[declared.Figure[Any]] = Registry("figures")
    monkeypatch.setattr(declared, "figures", registry)
    monkeypatch.setattr(kpis, "figures", registry)
    monkeypatch.setattr(management, "figures", registry)

    @declared.figure(
        key="b.days", label="Days", unit="count", department="sales", read=days_of_the_year, series=True
    )
    def days(passed: int) -> int:
        """Days since the start of 2026."""
        return passed

    @declared.figure(
        key="a.cost",
        label="Cost",
        unit="money",
        department="finance",
        read=days_of_the_year,
        better="down",
        currency="SGD",
    )
    def cost(passed: int) -> Decimal:
        return Decimal("12.50")


def of_the_week(user: User) -> tuple[DepartmentFigures, ...]:
    return key_figures(
        period=WEEK, before=WEEK.previous(), user=user, departments=dict(management._departments(user))
    )


def test_departments_figures_and_weeks_are_in_order(cast: Cast, only_ours: None) -> None:
    found = of_the_week(cast.executive)
    assert [department.name for department in found] == ["Finance", "Sales"]
    days = found[1].figures[0]
    assert (days.value, days.previous, days.change) == (60, 53, 7)
    assert days.change_percent == Decimal("13.2")
    assert [value for _, value in days.series] == [60 - 7 * back for back in reversed(range(12))]
    assert days.series[-1][0] == WEEK
    assert days.figure.definition == "Days since the start of 2026."
    assert found[0].figures[0].series == ()


def test_all_that_is_declared_is_reported(cast: Cast) -> None:
    found = of_the_week(cast.executive)
    shown = {value.figure.key for department in found for value in department.figures}
    assert shown == {figure.key for figure in declared.figures}
    assert {"crm.new_leads", "crm.won_value"} <= shown


def test_figures_are_for_those_who_may_read_them(cast: Cast) -> None:
    for user in (cast.owner, cast.colleague, cast.outsider):
        with pytest.raises(Forbidden):
            of_the_week(user)
    for user in (cast.manager, cast.executive, cast.admin):
        assert of_the_week(user)


def test_there_is_no_percentage_of_nothing() -> None:
    figure = declared.Figure("x", "X", "count", "sales", "up", days_of_the_year, lambda passed: passed)
    assert FigureValue(figure, Decimal(5), Decimal(0)).change_percent is None


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of which one got worse by a tenth and one better by the ninefold."""
    registry: Registry[declared.Figure[Any]] = Registry("figures")
    monkeypatch.setattr(declared, "figures", registry)
    monkeypatch.setattr(kpis, "figures", registry)
    monkeypatch.setattr(management, "figures", registry)

    def is_now(periods: Sequence[Period], user: object) -> list[bool]:
        return [period.start == date(2026, 11, 9) for period in periods]

    @declared.figure(
        key="s.leads",
        label="Leads",
        unit="count",
        department="sales",
        read=is_now,
        series=True,
        rows_url=lambda period, user: f"/leads/?from={period.start}",
    )
    def leads(now: bool) -> int:
        """What leads are."""
        return 90 if now else 10

    @declared.figure(
        key="s.stale", label="Stale", unit="count", department="sales", read=is_now, better="down"
    )
    def stale(now: bool) -> int:
        return 11 if now else 10

    @declared.figure(
        key="f.none",
        label="Nothing",
        unit="money",
        department="finance",
        read=is_now,
        currency="SGD",
        series=True,
        note=lambda now, user: "Not yet." if now else "",
    )
    def nothing(now: bool) -> int:
        return 0


def asked(cast: Cast, **filters: str) -> Answer:
    return answer(
        key="management_kpis", user=cast.executive, filters={"period": "last_week", **filters}, now=NOW
    )


def test_the_report_has_a_tile_for_each_figure_in_its_department(cast: Cast, moving: None) -> None:
    tiles = asked(cast).findings.tiles
    assert [(tile.group, tile.label, tile.value, tile.previous) for tile in tiles] == [
        ("Finance", "Nothing", 0, 0),
        ("Sales", "Leads", 90, 10),
        ("Sales", "Stale", 11, 10),
    ]
    assert tile_text(tiles[0], tiles[0].value, "UTC") == "SGD 0"
    assert tiles[1].url == "/leads/?from=2026-11-09"


def test_highlights_begin_with_bad_news(cast: Cast, moving: None) -> None:
    highlights = asked(cast).findings.highlights
    assert highlights[0].startswith("Stale rose from 10 to 11")
    assert highlights[1].startswith("Leads rose from 10 to 90")


def test_a_figure_with_history_is_charted_week_by_week(cast: Cast, moving: None) -> None:
    history = asked(cast).findings.datasets[0]
    assert (history.group, history.title) == ("Sales", "Leads, last 12 weeks")
    assert [row.values[1] for row in history.rows] == [10] * 11 + [90]
    assert history.rows[-1].values[0] == date(2026, 11, 9)
    assert history.rows[-1].urls == {"s.leads": "/leads/?from=2026-11-09"}
    assert history.chart is not None


def test_a_history_of_nothing_is_not_charted(cast: Cast, moving: None) -> None:
    assert "Finance" not in {dataset.group for dataset in asked(cast).findings.datasets}


def test_every_figure_stands_in_the_last_table(cast: Cast, moving: None) -> None:
    table = asked(cast).findings.datasets[-1]
    assert [row.values[1:5] for row in table.rows] == [
        ("Nothing", "SGD", 0, 0),
        ("Leads", "", 90, 10),
        ("Stale", "", 11, 10),
    ]


def test_one_department_can_be_chosen(cast: Cast, moving: None) -> None:
    found = asked(cast, department="finance")
    assert {tile.group for tile in found.findings.tiles} == {"Finance"}
    assert found.restrictions == (("Department", "Finance"),)
    with pytest.raises(Invalid):
        asked(cast, department="kitchen")


def test_period_zone_and_definitions_are_stated(cast: Cast, moving: None) -> None:
    found = asked(cast)
    assert (str(found.period), found.zone) == ("9 November 2026 to 15 November 2026", "Asia/Singapore")
    assert str(found.compared_with) == "2 November 2026 to 8 November 2026"
    assert found.findings.notes == ("Leads: What leads are.",)


def test_a_running_period_is_compared_with_as_many_days_of_the_one_before(cast: Cast, moving: None) -> None:
    """It is Thursday, 19 November in Singapore."""
    week, last = asked(cast, period="this_week"), asked(cast, period="last_week")
    assert str(week.period) == "16 November 2026 to 22 November 2026"
    assert str(week.compared_with) == "9 November 2026 to 12 November 2026"
    assert str(last.compared_with) == "2 November 2026 to 8 November 2026"
    said = "The period is not over: it is 16–19 Nov 2026 so far, and compared with as many days."
    assert said in span_lines(week)
    assert headings_of_days(week) == ("16–19 Nov 2026", "9–12 Nov 2026")
    assert week.span.endswith(", so far 16–19 Nov 2026")
    assert not last.is_running
    assert [tile.previous for tile in week.findings.tiles] == [0, 90, 11]
    (row,) = [row for row in week.findings.datasets[-1].rows if row.values[1] == "Leads"]
    assert row.urls["previous"] == "/leads/?from=2026-11-09"


def test_a_figure_says_what_it_leaves_out(cast: Cast, moving: None) -> None:
    assert [tile.note for tile in asked(cast).findings.tiles] == ["Not yet.", "", ""]


def test_all_figures_of_all_departments_take_few_questions(
    cast: Cast, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(12):
        asked(cast, period="this_quarter")


def test_no_figures_at_all_still_render(cast: Cast, only_ours: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kpis, "figures", Registry("figures"))
    monkeypatch.setattr(management, "figures", Registry("figures"))
    for kind in ("pdf", "xlsx", "csv", "pptx"):
        assert render_bytes(asked(cast), kind).content
