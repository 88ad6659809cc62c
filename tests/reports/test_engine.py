"""Asking reports: filters, rights, periods, words and pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.core.errors import Invalid, NotFound
from apps.core.reporting import ChartSpec, Column, Dataset, Report, Row, Tile, reports
from apps.reports.asking import filter_fields, parse_filters
from apps.reports.charts import chart_json, chart_of
from apps.reports.selectors import allowed_reports, answer
from apps.reports.services import summary_text
from apps.reports.wording import change_text, mood, tile_text
from tests.conftest import Cast
from tests.reports.conftest import NOW, SampleFilters

pytestmark = pytest.mark.django_db


def test_every_report_of_the_house_is_found() -> None:
    assert "management_kpis" in reports
    assert len(reports) > 1


def test_reports_are_for_those_with_any_of_the_rights(cast: Cast, sample: Report) -> None:
    for user in (cast.manager, cast.executive, cast.admin):
        assert sample in allowed_reports(user)
    for user in (cast.owner, cast.outsider):
        assert sample not in allowed_reports(user)
        with pytest.raises(NotFound):
            answer(key="sample", user=user)


def test_an_inactive_user_reads_nothing(cast: Cast) -> None:
    cast.admin.is_active = False
    assert allowed_reports(cast.admin) == []


def test_filters_become_fields_of_their_kind(cast: Cast) -> None:
    fields = {field.name: field for field in filter_fields(SampleFilters, cast.executive)}
    assert {name: field.kind for name, field in fields.items()} == {
        "period": "period",
        "region": "choice",
        "size": "choice",
        "at_least": "whole",
        "only_open": "flag",
        "rows": "whole",
    }
    assert fields["region"].choices == (("north", "North"), ("south", "South"))
    assert (fields["at_least"].minimum, fields["at_least"].maximum) == (0, 100)
    assert fields["period"].default == "last_week"


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"period": "next_week"}, "period"),
        ({"period": "2026-11-30..2026-11-01"}, "period"),
        ({"period": "2020-01-01..2026-11-01"}, "period"),
        ({"period": "2026-02-30..2026-03-01"}, "period"),
        ({"period": "0001-01-01..0001-01-03"}, "period"),
        ({"period": "9999-12-31..9999-12-31"}, "period"),
        ({"region": "secret"}, "region"),
        ({"size": "huge"}, "size"),
        ({"at_least": "many"}, "at_least"),
        ({"at_least": "101"}, "at_least"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_filters_are_named(cast: Cast, raw: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_filters(SampleFilters, raw, cast.executive)
    assert list(refused.value.errors) == [field]
    assert refused.value.errors[field][0]


def test_blank_fields_of_a_form_ask_nothing(cast: Cast) -> None:
    raw = {"period": "", "region": "", "size": "", "at_least": "", "only_open": "", "rows": ""}
    assert parse_filters(SampleFilters, raw, cast.executive) == SampleFilters()


def test_a_choice_is_each_readers_own(cast: Cast) -> None:
    cast.admin.is_superuser = True
    assert parse_filters(SampleFilters, {"region": "secret"}, cast.admin).region == "secret"  # type: ignore[attr-defined]


def test_days_are_those_of_the_readers_zone(cast: Cast, sample: Report) -> None:
    # 20:30 UTC on the 18th is the 19th in Singapore and still the 18th in New York.
    cast.executive.timezone = "Asia/Singapore"
    assert str(answer(key="sample", user=cast.executive, filters={"period": "today"}, now=NOW).period) == (
        "19 November 2026"
    )
    cast.executive.timezone = "America/New_York"
    found = answer(key="sample", user=cast.executive, filters={"period": "today"}, now=NOW)
    assert str(found.period) == "18 November 2026"
    assert str(found.compared_with) == "17 November 2026"


def test_an_answer_names_its_filters_and_its_address(cast: Cast, sample: Report) -> None:
    asked = {"region": "north", "only_open": "true", "period": "2026-10-01..2026-10-31"}
    found = answer(key="sample", user=cast.executive, filters=asked, now=NOW)
    assert found.restrictions == (("Region", "North"), ("Only open", "yes"), ("Rows", "3"))
    assert found.url == ("/admin/reports/sample/?period=2026-10-01..2026-10-31&region=north&only_open=True")
    assert found.groups == ("Sales", "")


def test_nothing_is_compared_where_no_tile_is(cast: Cast, sample: Report) -> None:
    found = answer(key="sample", user=cast.executive, now=NOW)
    alone = tuple(replace(tile, previous=None) for tile in found.findings.tiles)
    assert replace(found, findings=replace(found.findings, tiles=alone)).compared_with is None


@pytest.mark.parametrize(
    ("tile", "value", "change", "feeling"),
    [
        (Tile("x", "Leads", 47, previous=40, better="up"), "47", "▲ 17.5 %", "good"),
        (Tile("x", "Stale", 12, previous=9, better="down"), "12", "▲ 33.3 %", "bad"),
        (Tile("x", "Stale", 9, previous=12, better="down"), "9", "▼ 25.0 %", "good"),
        (Tile("x", "Talks", 5, previous=4), "5", "▲ 25.0 %", "neutral"),
        (Tile("x", "Leads", 4, previous=4, better="up"), "4", "no change", "neutral"),
        (Tile("x", "Leads", 4, previous=0, better="up"), "4", "▲ from nothing", "good"),
        (
            Tile("x", "Value", Decimal("1284500.5"), "money", "SGD", Decimal(1), "up"),
            "SGD 1,284,500.50", "▲ 128,449,950.0 %", "good",
        ),
        (Tile("x", "Cost", Decimal("0.0123"), "money", "USD"), "USD 0.0123", "", "neutral"),
        (
            Tile("x", "Rate", Decimal("24.5"), "percent", previous=Decimal(21), better="up"),
            "24.5 %", "▲ 3.5 points", "good",
        ),
        (Tile("x", "Wait", Decimal("5400"), "seconds", previous=5400), "90 min", "no change", "neutral"),
        (Tile("x", "Tokens", 1200, "tokens"), "1,200 tokens", "", "neutral"),
    ],
)  # fmt: skip
def test_a_tile_says_its_value_and_its_change(tile: Tile, value: str, change: str, feeling: str) -> None:
    assert (tile_text(tile, tile.value, "UTC"), change_text(tile), mood(tile)) == (value, change, feeling)


def dataset(kind: str, values: tuple[int, ...], *series: str) -> Dataset:
    columns = (Column("name", "Name"), Column("a", "A", "count"), Column("b", "B", "count"))
    rows = tuple(
        Row((f"N{place}", value, value * 2), url=f"/r/{place}") for place, value in enumerate(values)
    )
    return Dataset("d", "Title", columns, rows, chart=ChartSpec(kind, "name", series or ("a",)))  # type: ignore[arg-type]


def test_one_description_gives_both_pictures_with_the_same_numbers() -> None:
    data = dataset("column", (3, 0, 5), "a", "b")
    drawn, shown = chart_of(data, "UTC"), chart_json(data, "UTC")
    assert drawn is not None
    assert shown is not None
    assert [tuple(series.values) for series in drawn.series] == [(3, 0, 5), (6, 0, 10)]
    assert [series["values"] for series in shown["series"]] == [[3, 0, 5], [6, 0, 10]]
    assert shown["labels"] == list(drawn.categories) == ["N0", "N1", "N2"]
    assert shown["series"][0]["urls"] == ["/r/0", "/r/1", "/r/2"]
    assert drawn.title == shown["title"] == "Title"


@pytest.mark.parametrize("values", [(), (0, 0), (5,)])
def test_nothing_and_a_single_point_are_not_drawn(values: tuple[int, ...]) -> None:
    assert chart_of(dataset("bar", values), "UTC") is None
    assert chart_json(dataset("bar", values), "UTC") is None


def test_a_long_run_of_days_is_drawn_whole() -> None:
    columns = (Column("day", "Day", "day"), Column("a", "A", "count"))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(90)]
    rows = tuple(Row((day, number + 1)) for number, day in enumerate(days))
    drawn = chart_of(Dataset("d", "T", columns, rows, chart=ChartSpec("column", "day", ("a",))), "UTC")
    assert drawn is not None
    assert (drawn.kind, len(drawn.categories), drawn.categories[-1]) == ("area", 90, "31 Mar")


def test_a_picture_of_parts_shows_one_series_and_says_what_it_leaves_out() -> None:
    drawn = chart_of(dataset("donut", tuple(range(1, 21)), "a", "b"), "UTC")
    assert drawn is not None
    assert len(drawn.series) == 1
    assert len(drawn.categories) == 8
    assert drawn.note == "The first 8 of 20; the table has all."


def test_a_summary_says_what_is_asked_and_found(cast: Cast, sample: Report) -> None:
    text = summary_text(answer(key="sample", user=cast.executive, filters={"region": "north"}, now=NOW))
    for part in (
        "Sample report",
        "9 November 2026 to 15 November 2026",
        "Region: North",
        "Leads rose",
        "▲ 17.5 %",
    ):
        assert part in text
