"""A report that tells what it was asked, known to the tests only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import Field

from apps.core.reporting import (
    Ask,
    ChartSpec,
    Column,
    Dataset,
    Filters,
    Findings,
    Options,
    PeriodText,
    Report,
    ReportFilters,
    Row,
    Tile,
    reports,
)

NOW = datetime(2026, 11, 18, 20, 30, tzinfo=UTC)
FORMULA = "=HYPERLINK(1)"


def regions(user: object) -> list[tuple[str, str]]:
    """What may be chosen: more for administrators."""
    found = [("north", "North"), ("south", "South")]
    return [*found, ("secret", "Secret")] if getattr(user, "is_superuser", False) else found


class SampleFilters(ReportFilters):
    period: PeriodText = Field("last_week", title="Period")
    region: Annotated[str, Options(regions)] = Field("", title="Region", description="Where.")
    size: Literal["small", "large"] | None = Field(None, title="Size")
    at_least: int = Field(0, title="At least", ge=0, le=100)
    only_open: bool = Field(False, title="Only open")
    rows: int = Field(3, title="Rows", ge=0, le=10_000)


def compute(ask: Ask[SampleFilters]) -> Findings:
    ask.progress("Counting …")
    columns = (
        Column("name", "Name"),
        Column("leads", "Leads", "count"),
        Column("worth", "Worth", "money", "SGD"),
        Column("share", "Share", "percent"),
        Column("wait", "Wait", "seconds"),
        Column("day", "Day", "day"),
        Column("at", "At", "moment"),
    )
    rows = tuple(_row(number, ask) for number in range(ask.filters.rows))
    total = Row(("Total", sum(range(ask.filters.rows)), Decimal("6.75"), None, None, None, None))
    return Findings(
        tiles=(
            Tile("leads", "Leads", 47, previous=40, better="up", url="/admin/crm/lead/?x=1", group="Sales"),
            Tile(
                "rate", "Rate", Decimal("24.5"), "percent", previous=Decimal(21), better="up", group="Sales"
            ),
            Tile("cost", "Cost", Decimal("0.0123"), "money", "USD", previous=Decimal(0), better="down"),
        ),
        datasets=(
            Dataset(
                "names",
                "Names",
                columns,
                rows,
                total=total,
                chart=ChartSpec("bar", "name", ("leads",), "Leads by name"),
                note="Only what counts.",
                empty="Nobody yet.",
                group="Sales",
            ),
            Dataset("figures", "Plain", (Column("word", "Word"),), (Row(("hello",)),)),
        ),
        highlights=("Leads rose.",),
        notes=("A note.",),
    )


def _row(number: int, ask: Ask[SampleFilters]) -> Row:
    name = FORMULA if number == 0 else f"Name {number} 陈记"
    return Row(
        (name, number, Decimal(number) * Decimal("2.25"), Decimal("33.3"), 5400, ask.period.start, NOW),
        url=f"/admin/crm/lead/?row={number}",
        urls={"worth": f"/admin/crm/lead/?worth={number}"},
    )


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report "sample", for readers of key figures."""
    found = Report(
        "sample", "Sample report", "What it says.", ("reports.view_kpis", "crm.delete_lead"), "sales",
        SampleFilters, compute,
    )  # fmt: skip
    monkeypatch.setitem(reports._items, "sample", found)
    return found


@pytest.fixture
def sample_now(monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report "sample_now", which is as of now."""

    def counted(ask: Ask[Filters]) -> Findings:
        return Findings(tiles=(Tile("waiting", "Waiting", 5, previous=4),))

    found = Report(
        "sample_now", "Sample of now", "What waits.", ("reports.view_kpis",), "sales", Filters, counted
    )
    monkeypatch.setitem(reports._items, "sample_now", found)
    return found


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """`failing(error)` makes the report "sample" raise it."""

    def fail_with(error: Exception) -> None:
        def broken(ask: Ask[SampleFilters]) -> Findings:
            raise error

        report = Report("sample", "Sample report", "", ("reports.view_kpis",), "sales", SampleFilters, broken)
        monkeypatch.setitem(reports._items, "sample", report)

    return fail_with
