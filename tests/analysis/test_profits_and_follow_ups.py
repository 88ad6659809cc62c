"""Profits and margins; questions that go on keep their measure; rows are counted where it is asked for."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.analysis.answers import TableAnswer, ask
from apps.analysis.asking import Plan, Span, Unclear, understand
from apps.analysis.asking.places import Places
from apps.analysis.loading import Loaded
from apps.analysis.profiles import profile
from apps.analysis.query import Dimension, Measure, TableQuery
from apps.analysis.wording import measure_label
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.assistant.slots.spans import spans
from tests.conftest import Cast

TODAY = date(2026, 7, 1)
Sale = tuple[date, str, str, int, int, int]


def _sales() -> list[Sale]:
    """Day, outlet, product, pieces, revenue and cost in cents."""
    chance = random.Random(11)
    return [
        (
            date(2026, 1, 1) + timedelta(days=chance.randrange(180)),
            chance.choice(["Köln", "Berlin", "Graz"]),
            chance.choice(["Voucher", "Card", "Coffee"]),
            chance.randint(1, 9),
            chance.randint(100_000, 250_000),
            chance.randint(30_000, 99_000),
        )
        for _ in range(90)
    ]


def _german(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def _text(heads: str = "Date;Outlet;Product;Quantity;Revenue;Cost") -> str:
    lines = [
        f"{day:%d.%m.%Y};{outlet};{product};{many};{_german(revenue)};{_german(cost)}"
        for day, outlet, product, many, revenue, cost in _sales()
    ]
    return "\n".join([heads, *lines, ""])


@pytest.fixture
def table(opened: Callable[..., Loaded]) -> Loaded:
    """A German file: semicolons, decimals behind a comma, days as text."""
    return opened(_text())


def _plan(table: Loaded, question: str, before: TableQuery | None = None) -> Plan | Unclear:
    named = [Span(span.first, span.last, span.unit) for span in spans(question, TODAY)]
    return understand(question, profile(table, looking_for=question), spans=named, before=before)


def _answer(table: Loaded, question: str, before: TableQuery | None = None) -> TableAnswer:
    plan = _plan(table, question, before)
    assert isinstance(plan, Plan), plan
    assert plan.query is not None
    return ask(table, plan.query)


def _values(answer: TableAnswer) -> dict[str | None, Decimal]:
    return {row[0]: Decimal(row[-1] or "0") for row in answer.rows}


def _sum(of: Callable[[Sale], int], when: Callable[[Sale], bool]) -> Decimal:
    return Decimal(sum(of(sale) for sale in _sales() if when(sale))) / 100


@pytest.mark.parametrize(
    ("question", "place"), [("profit margin by outlet", 1), ("which product has the best margin?", 2)]
)
def test_a_margin_is_computed_from_revenue_and_cost(table: Loaded, question: str, place: int) -> None:
    answer = _answer(table, question)
    names = {sale[place] for sale in _sales()}
    for name in names:
        revenue = _sum(lambda sale: sale[4], lambda sale, name=name: sale[place] == name)  # type: ignore[misc]
        cost = _sum(lambda sale: sale[5], lambda sale, name=name: sale[place] == name)  # type: ignore[misc]
        assert _values(answer)[str(name)] == round((revenue - cost) * 100 / revenue, 4)
    assert "Margin ((Revenue − Cost) ÷ Revenue)" in answer.words


@pytest.mark.parametrize("question", ["what is our profit?", "total gross profit", "Profit"])
def test_a_profit_is_revenue_less_cost(table: Loaded, question: str) -> None:
    [row] = _answer(table, question).rows
    assert Decimal(row[0] or "") == _sum(lambda sale: sale[4] - sale[5], lambda _: True)


def test_amounts_that_are_named_stand_beside_the_margin(table: Loaded) -> None:
    answer = _answer(table, "revenue, cost and margin by product")
    labels = [column.label for column in answer.columns]
    assert labels == ["Product", "Total Revenue", "Total Cost", "Margin ((Revenue − Cost) ÷ Revenue)"]


def test_chinese_headings_have_a_margin_too(opened: Callable[..., Loaded]) -> None:
    table = opened(_text("日期;门店;产品;数量;销售额;成本"))
    assert "(销售额 − 成本) ÷ 销售额" in _answer(table, "每个门店的毛利率").words
    assert _values(_answer(table, "各产品利润"))["Card"] == _sum(
        lambda sale: sale[4] - sale[5], lambda sale: sale[2] == "Card"
    )


def test_rows_without_a_cost_are_left_out_of_a_margin_and_said(opened: Callable[..., Loaded]) -> None:
    answer = _answer(opened("Outlet,Revenue,Cost\nA,100,60\nA,50,\nB,10,5\n"), "margin by outlet")
    assert _values(answer) == {"A": Decimal(40), "B": Decimal(50)}
    assert answer.cells_left_out == {"Revenue or Cost": 1}


def test_what_a_margin_lacks_is_said(opened: Callable[..., Loaded]) -> None:
    plan = _plan(opened("Outlet,Quantity,Revenue\nA,1,2.50\nB,3,4\nB,5,6\n"), "profit margin by outlet")
    assert isinstance(plan, Unclear)
    assert plan.understood == (
        "A margin is (revenue − cost) ÷ revenue. This table does not have a column of costs. "
        "It has “Revenue”."
    )


def test_a_column_of_profits_is_taken_as_it_is(opened: Callable[..., Loaded]) -> None:
    table = opened("Outlet,Revenue,Cost,Profit\nA,10,4,5\nB,20,6,12\nB,10,5,5\n")
    assert _values(_answer(table, "total profit by outlet")) == {"A": Decimal(5), "B": Decimal(17)}
    assert _values(_answer(table, "profit margin by outlet"))["A"] == Decimal(50)


@pytest.mark.parametrize(
    ("question", "column", "dimension"),
    [
        ("and by product?", "Revenue", "Product"),
        ("what about per month?", "Revenue", "Date"),
        ("now by product please", "Revenue", "Product"),
        ("and the quantity?", "Quantity", "Outlet"),
        ("and the margin?", "Revenue", "Outlet"),
    ],
)
def test_a_question_that_goes_on_keeps_what_it_does_not_change(
    table: Loaded, question: str, column: str, dimension: str
) -> None:
    before = _answer(table, "total revenue by outlet").query
    answer = _answer(table, question, before)
    assert [part.column for part in answer.query.computed] == [column]
    assert [part.column for part in answer.query.dimensions] == [dimension]


def test_a_question_that_goes_on_keeps_function_and_limits(table: Loaded) -> None:
    before = _answer(table, "average quantity by outlet in March").query
    after = _answer(table, "and by product?", before)
    kept = [sale for sale in _sales() if sale[0].month == 3 and sale[2] == "Card"]
    assert _values(after)["Card"] == round(Decimal(sum(sale[3] for sale in kept)) / len(kept), 4)
    april = _answer(table, "and in April?", before)
    assert april.query.filters[0].values == ["2026-04-01", "2026-04-30"]
    assert (april.query.computed[0].function, april.query.dimensions) == ("avg", before.dimensions)


@pytest.mark.django_db(transaction=True)
def test_a_conversation_goes_on_with_the_measure_before(
    cast: Cast, turn: Callable[..., Run], upload: Callable[..., Artifact]
) -> None:
    first = turn(cast.owner, "total revenue by outlet", upload(cast.owner, "sales.csv", _text()))
    second = turn(cast.owner, "and by product?", conversation=first.conversation)
    assert second.skill == "data_analysis"
    assert "Total Revenue by Product" in second.text
    assert "Number of rows" not in second.text


@pytest.mark.parametrize("question", ["by product", "break it down by outlet", "Köln", "per month"])
def test_rows_are_not_counted_where_nobody_asked_for_it(table: Loaded, question: str) -> None:
    [measure] = _answer(table, question).query.computed
    assert (measure.function, measure.column) == ("sum", "Revenue")


def test_what_should_be_measured_and_is_no_column_is_asked_back(table: Loaded) -> None:
    plan = _plan(table, "footfall by outlet")
    assert isinstance(plan, Unclear)
    assert "no column for “footfall”" in plan.understood


def test_things_by_something_are_counted_once_each(table: Loaded) -> None:
    [measure] = _answer(table, "products by outlet").query.computed
    assert (measure.function, measure.column) == ("count_distinct", "Product")


def test_a_column_named_share_is_no_part_of_a_whole(opened: Callable[..., Loaded]) -> None:
    table = opened("Region,Share\nN,10\nN,20\nS,40\n")
    assert _values(_answer(table, "average share by region")) == {"S": Decimal(40), "N": Decimal(15)}
    assert measure_label(Measure(function="share", column="Share")) == "Part of Share"


def test_amounts_in_different_currencies_have_no_margin(opened: Callable[..., Loaded]) -> None:
    table = opened("Outlet,Revenue,Cost\nA,SGD 10,MYR 5\nB,SGD 20,MYR 6\n")
    query = TableQuery(
        dimensions=[Dimension(column="Outlet")],
        measures=[Measure(function="difference", column="Revenue", less="Cost")],
    )
    with pytest.raises(Exception, match="not in the same currency"):
        ask(table, query)


@pytest.mark.parametrize(
    ("place", "touched", "held"),
    [((0, 1), False, False), ((3, 5), True, True), ((4, 9), True, False), ((7, 8), False, False)],
)
def test_places_cover_others(place: tuple[int, int], touched: bool, held: bool) -> None:
    places = Places([(20, 30), (2, 6), (3, 4)])
    assert (places.touch(*place), places.hold(*place)) == (touched, held)
