"""Questions in plain words become the right query, without a model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.analysis.asking import Plan, Span, Unclear, understand
from apps.analysis.loading import Loaded
from apps.analysis.profiles import profile
from apps.assistant.slots.spans import spans

TODAY = date(2025, 12, 1)


def plan_of(table: Loaded, question: str) -> Plan | Unclear:
    """What the question is understood as."""
    named = [Span(span.first, span.last, span.unit) for span in spans(question, TODAY)]
    return understand(question, profile(table, looking_for=question), spans=named)


def query_of(table: Loaded, question: str) -> dict[str, Any]:
    """Its query in short: function and column, what it is grouped by, filters."""
    plan = plan_of(table, question)
    assert isinstance(plan, Plan), plan
    assert plan.query is not None, "it was taken for a wish to describe the file"
    query = plan.query
    return {
        "measures": [(measure.function, measure.column) for measure in query.computed],
        "by": [(part.column, part.bucket) for part in query.dimensions],
        "filters": {part.column: (part.operator, part.values) for part in query.filters},
    }


@pytest.mark.parametrize(
    ("question", "measures", "by"),
    [
        ("total sales by outlet", [("sum", "Amount")], [("Outlet", "")]),
        (
            "How much did we sell per outlet? total amount per outlet please",
            [("sum", "Amount")],
            [("Outlet", "")],
        ),
        ("top 5 customers by revenue", [("sum", "Amount")], [("Customer", "")]),
        ("average order value per month", [("avg", "Amount")], [("Order date", "month")]),
        ("how many rows are there?", [("count", "")], []),
        ("which outlet sold most?", [("sum", "Qty"), ("sum", "Amount")], [("Outlet", "")]),
        ("how many orders by channel", [("count_distinct", "Order ID")], [("Channel", "")]),
        ("how many customers?", [("count_distinct", "Customer")], []),
        ("which customer has the most orders?", [("count_distinct", "Order ID")], [("Customer", "")]),
        ("which month had the highest sales?", [("sum", "Amount")], [("Order date", "month")]),
        ("lowest unit price", [("min", "Unit price")], []),
        ("highest amount", [("max", "Amount")], []),
        ("median amount per outlet", [("median", "Amount")], [("Outlet", "")]),
        ("share of amount by channel as a pie chart", [("share", "Amount")], [("Channel", "")]),
        ("monthly sales by outlet", [("sum", "Amount")], [("Order date", "month"), ("Outlet", "")]),
        ("quantities by products", [("sum", "Qty")], [("Product", "")]),
        ("average unit price by product", [("avg", "Unit price")], [("Product", "")]),
        ("sales by country and channel", [("sum", "Amount")], [("Country", ""), ("Channel", "")]),
        ("total per quarter in excel", [("sum", "Amount")], [("Order date", "quarter")]),
        ("what is the biggest order?", [("sum", "Amount")], [("Order ID", "")]),
        ("total amuont by custommer", [("sum", "Amount")], [("Customer", "")]),
        ("每个门店的销售额合计是多少", [("sum", "Amount")], [("Outlet", "")]),
        ("按月统计平均金额", [("avg", "Amount")], [("Order date", "month")]),
        ("前3个客户的销售额", [("sum", "Amount")], [("Customer", "")]),
        ("有多少行？", [("count", "")], []),
        ("哪个产品卖得最多？", [("sum", "Qty"), ("sum", "Amount")], [("Product", "")]),
        ("jumlah jualan mengikut cawangan", [("sum", "Amount")], [("Outlet", "")]),
        ("purata amaun setiap bulan", [("avg", "Amount")], [("Order date", "month")]),
        ("berapa banyak pesanan mengikut saluran", [("count_distinct", "Order ID")], [("Channel", "")]),
        ("5 pelanggan teratas mengikut jualan", [("sum", "Amount")], [("Customer", "")]),
    ],
)
def test_a_question_names_its_measure_and_groups(
    sales: Loaded, question: str, measures: list[tuple[str, str]], by: list[tuple[str, str]]
) -> None:
    found = query_of(sales, question)
    assert (found["measures"], found["by"], found["filters"]) == (measures, by, {})


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("sales in Singapore", {"Country": ("eq", ["Singapore"])}),
        ("sales in singapore and malaysia", {"Country": ("in", ["Singapore", "Malaysia"])}),
        ("total amount not in Orchard", {"Outlet": ("ne", ["Orchard"])}),
        ("how many units of Latte in Orchard", {"Product": ("eq", ["Latte"]), "Outlet": ("eq", ["Orchard"])}),
        ("sales in October 2025", {"Order date": ("between", ["2025-10-01", "2025-10-31"])}),
        ("sales in October", {"Order date": ("between", ["2025-10-01", "2025-10-31"])}),
        ("total sales last quarter", {"Order date": ("between", ["2025-07-01", "2025-09-30"])}),
        ("total sales in 2024", {"Order date": ("between", ["2024-01-01", "2024-12-31"])}),
        (
            "total sales from 1 March 2025 to 15 April 2025",
            {"Order date": ("between", ["2025-03-01", "2025-04-15"])},
        ),
        ("how many orders over S$200?", {"Amount": ("gt", ["200"])}),
        ("2025年10月的销售额", {"Order date": ("between", ["2025-10-01", "2025-10-31"])}),
        ("jumlah jualan pada Oktober 2025", {"Order date": ("between", ["2025-10-01", "2025-10-31"])}),
    ],
)
def test_a_question_names_what_it_is_restricted_to(
    sales: Loaded, question: str, filters: dict[str, Any]
) -> None:
    assert query_of(sales, question)["filters"] == filters


@pytest.mark.parametrize(
    ("question", "measures", "by"),
    [
        ("average per weekday", [("avg", "Amount"), ("sum", "Amount")], [("Order date", "weekday")]),
        ("sales by day of the week", [("sum", "Amount")], [("Order date", "weekday")]),
        ("按星期几统计平均金额", [("avg", "Amount"), ("sum", "Amount")], [("Order date", "weekday")]),
        ("jualan mengikut hari dalam minggu", [("sum", "Amount")], [("Order date", "weekday")]),
        ("sales by calendar month", [("sum", "Amount")], [("Order date", "month_of_year")]),
        ("sales by half year", [("sum", "Amount")], [("Order date", "half_year")]),
        ("share of each channel", [("share", "Amount")], [("Channel", "")]),
        ("what share of orders does each channel have", [("share", "")], [("Channel", "")]),
        ("各门店销售额占比", [("share", "Amount")], [("Outlet", "")]),
        ("running total", [("running_total", "Amount"), ("sum", "Amount")], [("Order date", "month")]),
        ("每月累计销售额", [("running_total", "Amount"), ("sum", "Amount")], [("Order date", "month")]),
        ("average daily sales", [("sum", "Amount")], []),
        ("平均每天销售额", [("sum", "Amount")], []),
        ("average number of orders per customer", [("count_distinct", "Order ID")], []),
        ("average basket size", [("avg", "Amount")], []),
        (
            "minimum, maximum and average amount",
            [("min", "Amount"), ("max", "Amount"), ("avg", "Amount")],
            [],
        ),
        (
            "number of orders and total sales by outlet",
            [("count_distinct", "Order ID"), ("sum", "Amount")],
            [("Outlet", "")],
        ),
        (
            "average amount by outlet and month",
            [("avg", "Amount")],
            [("Order date", "month"), ("Outlet", "")],
        ),
        ("top 3 outlets by quantity", [("sum", "Qty")], [("Outlet", "")]),
        ("compare outlets", [("sum", "Amount"), ("count", "")], [("Outlet", "")]),
        ("growth month over month", [("sum", "Amount")], [("Order date", "month")]),
        ("year over year growth", [("sum", "Amount")], [("Order date", "year")]),
        ("when was the first order", [("min", "Order date")], []),
        ("distinct customers per month", [("count_distinct", "Customer")], [("Order date", "month")]),
    ],
)
def test_what_finance_and_marketing_ask_is_understood(
    sales: Loaded, question: str, measures: list[tuple[str, str]], by: list[tuple[str, str]]
) -> None:
    found = query_of(sales, question)
    assert (found["measures"], found["by"], found["filters"]) == (measures, by, {})


@pytest.mark.parametrize(
    ("question", "measure", "filters"),
    [
        ("how many rows where amount is over 50", ("count", ""), {"Amount": ("gt", ["50"])}),
        ("amount between 50 and 100", ("count", ""), {"Amount": ("between", ["50", "100"])}),
        ("金额在50到100之间的订单有多少", ("count", ""), {"Amount": ("between", ["50", "100"])}),
        ("amaun antara 50 dan 100", ("count", ""), {"Amount": ("between", ["50", "100"])}),
        ("total amount where qty is at least 5", ("sum", "Amount"), {"Qty": ("gte", ["5"])}),
        (
            "how many orders where channel is App",
            ("count_distinct", "Order ID"),
            {"Channel": ("eq", ["App"])},
        ),
        ("sales on Mondays", ("sum", "Amount"), {"Order date": ("eq", ["1"])}),
        ("周末的销售额", ("sum", "Amount"), {"Order date": ("in", ["6", "7"])}),
        ("sales before March 2025", ("sum", "Amount"), {"Order date": ("lt", ["2025-03-01"])}),
        ("sales since July 2025", ("sum", "Amount"), {"Order date": ("gte", ["2025-07-01"])}),
        ("sales after 1 October 2025", ("sum", "Amount"), {"Order date": ("gt", ["2025-10-01"])}),
        (
            "sales from January to March 2025",
            ("sum", "Amount"),
            {"Order date": ("between", ["2025-01-01", "2025-03-31"])},
        ),
        ("orders without customer", ("count", ""), {"Customer": ("is_empty", [])}),
        ("sales of coupon packs", ("sum", "Amount"), {"Product": ("eq", ["Coupon pack"])}),
    ],
)
def test_limits_of_a_question_are_never_left_out(
    sales: Loaded, question: str, measure: tuple[str, str], filters: dict[str, Any]
) -> None:
    found = query_of(sales, question)
    assert (found["measures"], found["by"], found["filters"]) == ([measure], [], filters)


def test_a_part_of_the_whole_is_a_rate(sales: Loaded) -> None:
    for question, column, test in (
        ("what percentage of sales comes from the App?", "Amount", ("Channel", "eq", ["App"])),
        ("percentage of orders above 100", "", ("Amount", "gt", ["100"])),
    ):
        plan = plan_of(sales, question)
        assert isinstance(plan, Plan)
        assert plan.query is not None
        [measure] = plan.query.computed
        assert (measure.function, measure.column) == ("rate", column)
        assert [(part.column, part.operator, part.values) for part in measure.where] == [test]
        assert plan.query.filters == []


def test_the_best_of_each_group_and_the_last_rows_are_found(sales: Loaded) -> None:
    best = plan_of(sales, "top 3 products in each outlet")
    assert isinstance(best, Plan)
    assert best.query is not None
    assert [part.column for part in best.query.dimensions] == ["Outlet", "Product"]
    assert best.query.best_of_each == 3
    last = plan_of(sales, "last 10 rows")
    assert isinstance(last, Plan)
    assert last.query is not None
    assert (last.query.limit, last.query.order[0].by, last.query.order[0].descending) == (10, "row", True)


def test_october_is_compared_with_the_october_before(sales: Loaded) -> None:
    plan = plan_of(sales, "compare sales of October 2024 and October 2025")
    assert isinstance(plan, Plan)
    assert plan.query is not None
    assert (plan.query.compare_previous, plan.query.a_year_before) == (True, True)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("standard deviation of amount", "standard deviation"),
        ("forecast the sales of January", "forecast"),
        ("预测下个月的销售额", "forecast"),
        ("histogram of amount", "distribution"),
        ("orders per hour", "days without a time"),
        ("top 5", "rank"),
        ("duplicates", "more than one row"),
        ("sales in Tampines", "“Tampines” is neither"),
        ("total sales for Acme Ltd", "“Acme Ltd” is neither"),
        ("total amount 500", "what “500” limits"),
    ],
)
def test_what_cannot_be_computed_is_said_with_what_can(sales: Loaded, question: str, said: str) -> None:
    plan = plan_of(sales, question)
    assert isinstance(plan, Unclear)
    assert said in f"{plan.understood} {plan.question}"
    assert all(not isinstance(plan_of(sales, choice), Unclear) for choice in plan.choices)


@pytest.mark.parametrize("question", ["analyse this spreadsheet", "分析这个表格", "how many missing values"])
def test_a_question_about_nothing_in_particular_describes_the_file(sales: Loaded, question: str) -> None:
    assert plan_of(sales, question) == Plan(None)


def test_years_are_compared_side_by_side(sales: Loaded) -> None:
    plan = plan_of(sales, "compare the sales of 2024 with 2025")
    assert isinstance(plan, Plan)
    assert plan.query is not None
    assert plan.query.compare_previous
    assert [(part.column, part.bucket) for part in plan.query.dimensions] == [("Order date", "year")]
    assert plan.query.filters[0].values == ["2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"]


def test_a_limit_on_groups_is_no_filter_on_rows(sales: Loaded) -> None:
    plan = plan_of(sales, "customers with total amount more than 2000")
    assert isinstance(plan, Plan)
    assert plan.query is not None
    assert plan.query.filters == []
    assert [(part.operator, str(part.value)) for part in plan.query.having] == [("gt", "2000")]


@pytest.mark.parametrize(
    "question", ["top 3 outlets by amount", "前3个门店的销售额", "3 cawangan teratas mengikut jualan"]
)
def test_a_top_list_is_sorted_and_cut(sales: Loaded, question: str) -> None:
    plan = plan_of(sales, question)
    assert isinstance(plan, Plan)
    assert plan.query is not None
    assert plan.query.limit == 3
    assert plan.query.order[0].descending


@pytest.mark.parametrize(
    "question", ["describe this file", "what is in this table?", "概述这个文件", "ringkaskan fail ini"]
)
def test_a_wish_to_know_the_file_is_answered_by_its_profile(sales: Loaded, question: str) -> None:
    assert plan_of(sales, question) == Plan(None)


@pytest.mark.parametrize("question", ["average by fruit", "total discount", "total weight per outlet"])
def test_what_the_table_does_not_have_is_asked_back_with_choices(sales: Loaded, question: str) -> None:
    plan = plan_of(sales, question)
    assert isinstance(plan, Unclear)
    assert "no column" in plan.understood
    assert len(plan.choices) >= 3
    assert all(not isinstance(plan_of(sales, choice), Unclear) for choice in plan.choices)


def test_a_word_for_two_columns_is_asked_back(opened: Callable[..., Loaded]) -> None:
    table = opened("Outlet,Net sales,Gross sales\nA,1,2\nB,3,4\nB,5,6\n")
    plan = plan_of(table, "total sales by outlet")
    assert isinstance(plan, Unclear)
    assert plan.choices == ["total Net sales by Outlet", "total Gross sales by Outlet"]
    assert query_of(table, plan.choices[0])["measures"] == [("sum", "Net sales")]


def test_a_time_without_dates_is_asked_back(opened: Callable[..., Loaded]) -> None:
    plan = plan_of(opened("Outlet,Amount\nA,1\nB,3\n"), "total amount in October")
    assert isinstance(plan, Unclear)
    assert "no column of dates" in plan.question


@pytest.mark.parametrize(
    ("question", "bucket"),
    [
        ("which month was best?", "month"),
        ("which was the best month?", "month"),
        ("top 5 days by amount", "day"),
        ("show me the five biggest weeks", "week"),
    ],
)
def test_the_best_of_a_time_is_ranked_by_the_amount(sales: Loaded, question: str, bucket: str) -> None:
    plan = plan_of(sales, question)
    assert isinstance(plan, Plan)
    assert plan.query is not None
    assert plan.query.dimensions[0].bucket == bucket
    assert (plan.query.measures[0].function, plan.query.measures[0].column) == ("sum", "Amount")
    assert plan.query.order[0].descending
