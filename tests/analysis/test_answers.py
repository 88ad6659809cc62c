"""Computed answers equal those of plain Python, over random tables."""

from __future__ import annotations

import io
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.analysis.answers import TableAnswer, ask
from apps.analysis.errors import BadQuery
from apps.analysis.loading import Loaded, loaded
from apps.analysis.presenting import cell
from apps.analysis.query import TableQuery
from tests.analysis import oracle
from tests.analysis.conftest import sales_csv
from tests.analysis.oracle import Line

Answer = Callable[..., TableAnswer]
AMOUNTS = {"function": "sum", "column": "Amount"}
words = st.text(string.ascii_lowercase, min_size=3, max_size=6).map(lambda word: f"g{word}")
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False)
lines = st.builds(
    Line,
    group=st.none() | st.sampled_from(["north", "south", "East", "west side"]) | words,
    day=st.none() | st.dates(date(2023, 1, 1), date(2026, 12, 31)),
    amount=st.none() | amounts,
)
tables = st.lists(lines, min_size=1, max_size=60)


def asked(rows: list[Line], **query: object) -> TableAnswer:
    """The answer of the engine to the same rows."""
    with opened_rows(rows) as table:
        return ask(table, TableQuery.model_validate(query))


@contextmanager
def opened_rows(rows: list[Line]) -> Iterator[Loaded]:
    """The rows as a table, for several questions."""
    with loaded(io.BytesIO(oracle.to_csv(rows).encode())) as table:
        assume(table.columns[2].is_number and table.columns[1].is_date)
        yield table


def number(text: str | None) -> Decimal | None:
    """A cell of an answer as a number."""
    return None if text is None else Decimal(text)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(tables)
def test_every_measure_by_group_is_exact(rows: list[Line]) -> None:
    functions = ("sum", "avg", "median", "min", "max", "count", "count_distinct")
    found = asked(
        rows,
        dimensions=[{"column": "Group"}],
        measures=[{"function": name, "column": "Amount"} for name in functions] + [{"function": "count"}],
        limit=5000,
    )
    places = found.columns[2].places
    expected = oracle.grouped(rows, lambda line: line.group)
    assert {row[0] for row in found.rows} == set(expected)
    for name, total, mean, middle, least, most, filled, distinct, count in found.rows:
        values = expected[name]
        assert number(total) == oracle.total(values)
        assert number(mean) == oracle.average(values, places)
        wanted = oracle.median(values)
        assert (None if middle is None else Fraction(middle)) == wanted
        assert (number(least), number(most)) == ((min(values), max(values)) if values else (None, None))
        assert int(filled or 0) == len(values)
        assert int(distinct or 0) == len(set(values))
        assert int(count or 0) == sum(line.group == name for line in rows)


@settings(derandomize=True, max_examples=15, deadline=None)
@given(tables, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_sums_by_any_bucket_are_exact(rows: list[Line], size: str) -> None:
    found = asked(rows, dimensions=[{"column": "Day", "bucket": size}], measures=[AMOUNTS], limit=5000)
    expected = oracle.grouped(rows, lambda line: oracle.bucket(line.day, size))
    assert {row[0]: number(row[1]) for row in found.rows} == {
        None if day is None else str(day): oracle.total(values) for day, values in expected.items()
    }


@settings(derandomize=True, max_examples=15, deadline=None)
@given(tables, amounts, st.sampled_from(["gt", "gte", "lt", "lte"]))
def test_filters_and_group_limits_keep_exactly_what_they_say(
    rows: list[Line], bound: Decimal, operator: str
) -> None:
    holds = {
        "gt": lambda a, b: a > b,
        "gte": lambda a, b: a >= b,
        "lt": lambda a, b: a < b,
        "lte": lambda a, b: a <= b,
    }[operator]
    measures = {
        "sum": oracle.exact_sum,
        "avg": lambda v: Fraction(oracle.exact_sum(v)) / len(v),
        "median": oracle.median,
    }
    query: dict[str, object] = {
        "filters": [{"column": "Amount", "operator": operator, "values": [str(bound)]}]
    }
    with opened_rows(rows) as table:
        filtered = ask(table, TableQuery.model_validate(query))
        shown = {
            function: ask(
                table,
                TableQuery.model_validate(
                    {
                        "dimensions": [{"column": "Group"}],
                        "measures": [{"function": function, "column": "Amount"}],
                        "having": [{"operator": operator, "value": str(bound)}],
                    }
                ),
            )
            for function in measures
        }
    assert filtered.rows == [
        [str(sum(line.amount is not None and holds(line.amount, bound) for line in rows))]
    ]
    groups = oracle.grouped(rows, lambda line: line.group)
    for function, measure in measures.items():
        assert {row[0] for row in shown[function].rows} == {
            name
            for name, values in groups.items()
            if values and holds(Fraction(measure(values)), Fraction(bound))
        }


@settings(derandomize=True, max_examples=15, deadline=None)
@given(tables, st.sampled_from(["sum", "avg", "median"]), st.booleans())
def test_the_ranking_is_exact_and_ties_are_in_order_of_name(
    rows: list[Line], function: str, highest: bool
) -> None:
    found = asked(
        rows,
        dimensions=[{"column": "Group"}],
        measures=[{"function": function, "column": "Amount"}],
        order=[{"descending": highest}],
        limit=3,
    )
    measure = {
        "sum": oracle.exact_sum,
        "avg": lambda v: Fraction(oracle.exact_sum(v)) / len(v),
        "median": oracle.median,
    }[function]
    groups = [
        (name, Fraction(measure(values)))
        for name, values in oracle.grouped(rows, lambda line: line.group).items()
        if values
    ]
    ranked = sorted(groups, key=lambda item: (-item[1] if highest else item[1], item[0] is None, item[0]))
    filled = [row[0] for row in found.rows if row[1] is not None]
    assert filled == [name for name, _ in ranked][: len(filled)]
    assert len(filled) == min(3, len(ranked))
    assert found.groups == len({line.group for line in rows})


@settings(derandomize=True, max_examples=15, deadline=None)
@given(tables)
def test_shares_add_up_to_their_whole(rows: list[Line]) -> None:
    positive = [
        Line(line.group, line.day, abs(line.amount) if line.amount else Decimal("0.125")) for line in rows
    ]
    found = asked(
        positive,
        dimensions=[{"column": "Group"}],
        measures=[{"function": "share", "column": "Amount"}],
        limit=5000,
    )
    groups = oracle.grouped(positive, lambda line: line.group)
    whole = Fraction(oracle.exact_sum(line.amount for line in positive if line.amount))
    for name, share in found.rows:
        expected = Fraction(oracle.exact_sum(groups[name])) * 100 / whole
        assert number(share) == oracle.rounded(expected, 4)


@settings(derandomize=True, max_examples=15, deadline=None)
@given(tables)
def test_each_month_stands_beside_the_month_before_it(rows: list[Line]) -> None:
    found = asked(
        rows,
        dimensions=[{"column": "Day", "bucket": "month"}],
        measures=[AMOUNTS],
        compare_previous=True,
        limit=5000,
    )
    months = oracle.grouped(rows, lambda line: oracle.bucket(line.day, "month"))
    for text, total, before, _change in found.rows:
        day = None if text is None else date.fromisoformat(text)
        earlier = None if day is None else date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
        assert number(total) == oracle.total(months[day])
        assert number(before) == (oracle.total(months[earlier]) if earlier and earlier in months else None)


def test_the_change_is_per_cent_of_what_was_before(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened(
        "Day,Amount\n2026-01-05,10.00\n2026-02-05,12.50\n2026-03-05,0\n2026-04-01,5\n2026-06-01,1\n"
    )
    found = answer(
        table, dimensions=[{"column": "Day", "bucket": "month"}], measures=[AMOUNTS], compare_previous=True
    )
    assert [row[2:] for row in found.rows] == [
        [None, None], ["10.00", "25.0"], ["12.50", "-100.0"], ["0.00", None], [None, None],
    ]  # fmt: skip


def test_amounts_of_several_currencies_are_never_added(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened("Outlet,Amount\nA,S$10\nA,US$5\nB,S$1.50\n")
    found = answer(table, measures=[AMOUNTS, {"function": "share", "column": "Amount"}])
    assert found.rows == [["SGD", "11.50", "100.0000"], ["USD", "5.00", "100.0000"]]
    assert any("not added" in warning for warning in found.warnings)
    by_outlet = answer(
        table, dimensions=[{"column": "Outlet"}], measures=[{"function": "share", "column": "Amount"}]
    )
    assert by_outlet.rows == [["A", "SGD", "86.9565"], ["A", "USD", "100.0000"], ["B", "SGD", "13.0435"]]


def test_a_column_of_currencies_governs_the_amounts_beside_it(
    opened: Callable[..., Loaded], answer: Answer
) -> None:
    table = opened("Outlet,Amount,Pieces,Currency\nA,10,1,SGD\nA,5,2,USD\nB,1,3,SGD\n")
    assert answer(table, measures=[AMOUNTS]).rows == [["SGD", "11"], ["USD", "5"]]
    assert answer(table, measures=[{"function": "sum", "column": "Pieces"}]).rows == [["6"]]
    one = opened("Outlet,Amount,Currency\nA,10,SGD\nB,2,SGD\n")
    found = answer(one, measures=[AMOUNTS])
    assert (found.rows, found.columns[0].unit) == ([["12"]], "SGD")


def test_the_answer_says_which_rows_it_used(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened("Outlet,Amount\n" + "A,1\n" * 30 + "A,n/a\nA,forty\nB,2\nTotal,\n")
    found = answer(table, measures=[AMOUNTS], filters=[{"column": "Outlet", "values": ["a"]}])
    assert (found.rows, found.rows_used, found.rows_in_table) == ([["30"]], 32, 33)
    assert found.cells_left_out == {"Amount": 2}
    assert found.words == "Total Amount, where Outlet is “a”."
    assert "'a'" in found.sql


def test_days_stand_for_all_their_hours(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened(
        "At,X\n2026-10-31 23:59:59,a\n2026-11-01 00:00,b\n2026-11-01 12:00,c\n2026-11-02 00:00,d\n"
    )

    def kept(operator: str, *values: str) -> str | None:
        return answer(table, filters=[{"column": "At", "operator": operator, "values": list(values)}]).rows[
            0
        ][0]

    assert kept("eq", "2026-11-01") == "2"
    assert kept("gt", "2026-11-01") == "1"
    assert kept("lte", "2026-10-31") == "1"
    assert kept("between", "2026-10-31", "2026-11-01") == "3"
    assert kept("between", "2026-10-31", "2026-10-31", "2026-11-02", "2026-11-02") == "2"
    assert kept("not_in", "2026-11-01") == "2"
    assert kept("eq", "2026-11-01 12:00") == "1"


def test_an_empty_cell_is_not_that_value_either(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened("Outlet,X\nA,1\n,2\nB,3\n")
    assert answer(table, filters=[{"column": "Outlet", "operator": "ne", "values": ["A"]}]).rows == [["2"]]
    assert answer(table, filters=[{"column": "Outlet", "operator": "is_empty"}]).rows == [["1"]]


@pytest.mark.parametrize(
    "query",
    [
        {"dimensions": [{"column": "Nobody"}]},
        {"dimensions": [{"column": "Outlet", "bucket": "month"}]},
        {"measures": [{"function": "sum", "column": "Outlet"}]},
        {"filters": [{"column": "Amount", "operator": "gt", "values": ["many"]}]},
        {"filters": [{"column": "Order date", "operator": "gt", "values": ["soon"]}]},
        {"filters": [{"column": "Amount", "operator": "gt", "values": ["1e999999999"]}]},
        {"having": [{"operator": "gt", "value": "1e30"}]},
    ],
)
def test_what_does_not_fit_the_table_is_refused_in_a_sentence(
    sales: Loaded, answer: Answer, query: dict[str, object]
) -> None:
    with pytest.raises(BadQuery) as refused:
        answer(sales, **query)
    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize(
    "query",
    [
        {"measures": [{"function": "sum"}]},
        {"measures": [{"function": "eval", "column": "Amount"}]},
        {"filters": [{"column": "Amount", "operator": "between", "values": ["1"]}]},
        {"filters": [{"column": "Amount", "operator": "eq", "values": []}]},
        {"order": [{"place": 3}]},
        {"limit": 0},
        {"compare_previous": True},
        {"dimensions": [{"column": "Day", "bucket": "weekday"}], "compare_previous": True},
        {"measures": [{"function": "running_total", "column": "Amount"}]},
        {"measures": [{"function": "rate"}]},
        {"measures": [{"function": "avg", "column": "Amount", "per": {"column": "Day"}}]},
        {"best_of_each": 2},
        {"order": [{"by": "change"}]},
        {"sql": "SELECT 1"},
        {"list_columns": ["Amount"], "measures": [{"function": "count"}]},
    ],
)
def test_what_is_no_query_is_refused_before_anything_runs(query: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        TableQuery.model_validate(query)


def test_weekdays_are_numbers_from_monday_and_their_average_day_is_exact(
    sales: Loaded, answer: Answer
) -> None:
    found = answer(
        sales,
        dimensions=[{"column": "Order date", "bucket": "weekday"}],
        measures=[AMOUNTS, {**AMOUNTS, "per": {"column": "Order date", "bucket": "day"}}],
        order=[{"by": "dimension", "descending": False}],
    )
    totals: dict[int, int] = {}
    days: dict[int, set[str]] = {}
    for line in sales_csv().splitlines()[1:]:
        cells = line.split(",")
        weekday = datetime.strptime(cells[1], "%d/%m/%Y").isoweekday()
        totals[weekday] = totals.get(weekday, 0) + int(cells[8].replace(".", ""))
        days.setdefault(weekday, set()).add(cells[1])
    assert [row[0] for row in found.rows] == [str(number) for number in range(1, 8)]
    for weekday, total, per_day in found.rows:
        cents = totals[int(weekday or 0)]
        assert number(total) == Decimal(cents) / 100
        assert number(per_day) == oracle.rounded(Fraction(cents, 100 * len(days[int(weekday or 0)])), 6)
    assert [cell(row[0], found.columns[0]) for row in found.rows][::6] == ["Monday", "Sunday"]


def test_a_running_total_adds_up_within_each_group(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened("Day,Outlet,Amount\n2026-01-05,A,1\n2026-02-05,A,2\n2026-02-06,B,10\n2026-03-01,A,4\n")
    found = answer(
        table,
        dimensions=[{"column": "Day", "bucket": "month"}, {"column": "Outlet"}],
        measures=[{"function": "running_total", "column": "Amount"}],
    )
    assert [row[1:] for row in found.rows] == [["A", "1"], ["A", "3"], ["B", "10"], ["A", "7"]]


def test_a_share_is_of_all_groups_also_when_few_are_shown(
    opened: Callable[..., Loaded], answer: Answer
) -> None:
    table = opened("Outlet,Product,Amount\nA,x,6\nA,y,2\nB,x,1\nB,y,1\n")
    share = {"function": "share", "column": "Amount"}
    shown = answer(
        table,
        dimensions=[{"column": "Outlet"}],
        measures=[AMOUNTS, share],
        having=[{"operator": "gt", "value": 5}],
    )
    assert shown.rows == [["A", "8", "80.0000"]]
    best = answer(
        table,
        dimensions=[{"column": "Outlet"}, {"column": "Product"}],
        measures=[AMOUNTS, share],
        best_of_each=1,
    )
    assert best.rows == [["A", "x", "6", "75.0000"], ["B", "x", "1", "50.0000"]]
    assert best.groups == 2


def test_a_rate_is_the_part_that_fits(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened("Outlet,Amount\nA,10\nA,30\nB,5\n")
    large = [{"column": "Amount", "operator": "gt", "values": ["20"]}]
    found = answer(
        table,
        dimensions=[{"column": "Outlet"}],
        measures=[
            {"function": "rate", "column": "Amount", "where": large},
            {"function": "rate", "where": large},
        ],
        order=[{}],
    )
    assert found.rows == [["A", "75.0000", "50.0000"], ["B", "0.0000", "0.0000"]]
    over = answer(
        table,
        dimensions=[{"column": "Outlet"}],
        measures=[{"function": "rate", "where": large}],
        having=[{"operator": "gte", "value": 50}],
    )
    assert [row[0] for row in over.rows] == ["A"]


def test_a_month_stands_beside_that_of_the_year_before(opened: Callable[..., Loaded], answer: Answer) -> None:
    table = opened("Day,Amount\n2025-10-05,10\n2026-09-05,99\n2026-10-05,15\n")
    found = answer(
        table,
        dimensions=[{"column": "Day", "bucket": "month"}],
        measures=[AMOUNTS],
        compare_previous=True,
        a_year_before=True,
        order=[{"by": "change"}],
        limit=1,
    )
    assert found.rows == [["2026-10-01", "15", "10", "50.0"]]
    assert found.columns[2].label == "Total Amount, year before"


def test_parts_of_dates_are_filtered_and_hours_need_a_time(
    opened: Callable[..., Loaded], sales: Loaded, answer: Answer
) -> None:
    table = opened("At,X\n2026-10-31 09:30,a\n2026-11-02 09:00,b\n2026-11-02 21:10,c\n")
    weekend = [{"column": "At", "part": "weekday", "operator": "in", "values": ["6", "7"]}]
    assert answer(table, filters=weekend).rows == [["1"]]
    by_hour = answer(table, dimensions=[{"column": "At", "bucket": "hour_of_day"}])
    assert [cell(row[0], by_hour.columns[0]) for row in by_hour.rows] == ["09:00–10:00", "21:00–22:00"]
    with pytest.raises(BadQuery, match="hours are not known"):
        answer(sales, dimensions=[{"column": "Order date", "bucket": "hour_of_day"}])
