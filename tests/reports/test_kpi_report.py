"""The key figures of the house."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.core import figures as declared
from apps.core.errors import Forbidden
from apps.core.periods import Period
from apps.core.registry import Registry
from apps.reports import selectors
from apps.reports.selectors import FigureValue, kpi_report
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

WEEK = Period.week_of(date(2026, 3, 4))


@pytest.fixture
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with two figures: days since a day, and a constant."""
    registry: Registry[declared.Figure] = Registry("figures")
    monkeypatch.setattr(declared, "figures", registry)
    monkeypatch.setattr(selectors, "figures", registry)

    @declared.figure(key="b.days", label="Days", unit="count", department="sales", series=True)
    def days(period: Period, user: object) -> int:
        """Days since the start of 2026."""
        return (period.start - date(2026, 1, 1)).days

    @declared.figure(
        key="a.cost", label="Cost", unit="money", department="finance", better="down", currency="SGD"
    )
    def cost(period: Period, user: object) -> Decimal:
        return Decimal("12.50")


def test_departments_figures_and_weeks_are_in_order(cast: Cast, only_ours: None) -> None:
    report = kpi_report(period=WEEK, user=cast.executive)
    assert [department.name for department in report.departments] == ["Finance", "Sales"]
    days = report.departments[1].figures[0]
    assert (days.value, days.previous, days.change) == (60, 53, 7)
    assert days.change_percent == Decimal("13.2")
    assert [value for _, value in days.series] == [60 - 7 * back for back in reversed(range(12))]
    assert days.series[-1][0] == WEEK
    assert days.figure.definition == "Days since the start of 2026."
    assert report.departments[0].figures[0].series == ()


def test_all_that_is_declared_is_reported(cast: Cast) -> None:
    report = kpi_report(period=WEEK, user=cast.executive)
    shown = {value.figure.key for department in report.departments for value in department.figures}
    assert shown == {figure.key for figure in declared.figures}
    assert {"crm.new_leads", "crm.won_value"} <= shown


def test_figures_are_for_those_who_may_read_them(cast: Cast) -> None:
    for user in (cast.owner, cast.colleague, cast.outsider):
        with pytest.raises(Forbidden):
            kpi_report(period=WEEK, user=user)
    for user in (cast.manager, cast.executive, cast.admin):
        assert kpi_report(period=WEEK, user=user).departments


@pytest.mark.parametrize(
    ("better", "value", "previous", "good"),
    [
        ("up", 5, 3, True),
        ("up", 3, 5, False),
        ("down", 3, 5, True),
        ("down", 5, 3, False),
        ("none", 5, 3, None),
        ("up", 5, 5, None),
    ],
)
def test_good_news_depends_on_the_direction(
    better: str, value: int, previous: int, good: bool | None
) -> None:
    figure = declared.Figure("x", "X", "count", "sales", better, lambda period, user: 0)  # type: ignore[arg-type]
    assert FigureValue(figure, Decimal(value), Decimal(previous)).is_good is good


def test_there_is_no_percentage_of_nothing() -> None:
    figure = declared.Figure("x", "X", "count", "sales", "up", lambda period, user: 0)
    assert FigureValue(figure, Decimal(5), Decimal(0)).change_percent is None
