"""Statements against SQL of our own: exact, by currency, by the days of the reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.figures import Survey, figures
from apps.core.periods import Period
from apps.core.reporting import Findings, Tile
from apps.core.reporting.filters import resolve_period
from apps.finance.models import ClosedMonth, Entry
from apps.finance.papers import paper, report_of, tables_of
from apps.finance.services.posting import reverse
from apps.finance.statements import cash_summary, of_kind, profit_and_loss
from apps.finance.totals import sums_of, unpaid_at
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.finance import EntryFactory, finance_manager
from tests.finance.at_random import random_ledger
from tests.reports.asking import asked, counted, dataset, linked_numbers, rows_behind, tile

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SPANS = (
    Period(date(2026, 10, 1), date(2026, 11, 1)),
    Period(date(2026, 7, 1), date(2026, 10, 1)),
    Period(date(2026, 1, 1), date(2027, 1, 1)),
    Period(date(2026, 2, 28), date(2026, 3, 2)),
)
#: What an accountant would write, without any code of ours: reversals count against what they reverse.
BY_CATEGORY = """
    SELECT e.currency, c.code, sum(CASE WHEN e.reverses_id IS NULL THEN e.amount ELSE -e.amount END)
    FROM finance_entry e JOIN finance_category c ON c.id = e.category_id
    WHERE e.status = 'posted' AND e.{basis} >= %(first)s AND e.{basis} <= %(last)s
    GROUP BY e.currency, c.code
"""
RESULT = """
    SELECT e.currency, sum(
        CASE WHEN (c.kind = 'revenue') = (e.reverses_id IS NULL) THEN e.amount ELSE -e.amount END
    )
    FROM finance_entry e JOIN finance_category c ON c.id = e.category_id
    WHERE e.status = 'posted' AND e.{basis} >= %(first)s AND e.{basis} <= %(last)s
    GROUP BY e.currency
"""


def sums(sql: str, basis: str, span: Period) -> dict[Any, Decimal]:
    rows = counted(sql.format(basis=basis), first=span.start, last=span.last_day)
    return {row[:-1]: row[-1] for row in rows}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_every_amount_is_that_of_independent_sql(keeper: User, seed: int, span: Period) -> None:
    random_ledger(keeper, seed=seed)
    before = span.previous()
    for basis, books, last in (
        ("booked_on", profit_and_loss(keeper, span, before), "net_profit"),
        ("paid_on", cash_summary(keeper, span, before), "net_cash"),
    ):
        now, then = sums(BY_CATEGORY, basis, span), sums(BY_CATEGORY, basis, before)
        result, result_then = sums(RESULT, basis, span), sums(RESULT, basis, before)
        shown = {
            (statement.currency, line.category.code): (line.amount, line.before)
            for statement in books.statements
            for line in statement.categories
            if line.category is not None
        }
        wanted = {key: (now.get(key, 0), then.get(key, 0)) for key in {*now, *then}}
        assert shown == {key: pair for key, pair in wanted.items() if any(pair)}
        for statement in books.statements:
            line = statement.line(last)
            key = (statement.currency,)
            assert (line.amount, line.before) == (result.get(key, 0), result_then.get(key, 0))
            assert statement.lines[-1] == line


@pytest.mark.parametrize("seed", [4, 5])
def test_the_parts_of_a_statement_add_up(keeper: User, seed: int) -> None:
    random_ledger(keeper, seed=seed)
    books = profit_and_loss(keeper, SPANS[2], SPANS[2].previous())
    for statement in books.statements:
        revenue, expense = of_kind(statement, "revenue"), of_kind(statement, "expense")
        net = statement.line("net_profit")
        assert (net.amount, net.before) == (revenue[0] - expense[0], revenue[1] - expense[1])
        keys = {line.key: line for line in statement.lines}
        if {"gross_profit", "operating_profit"} <= set(keys):
            gross = keys["revenue"].amount - keys["cost_of_sales"].amount
            assert keys["gross_profit"].amount == gross
            assert keys["operating_profit"].amount == gross - keys["operating"].amount


@pytest.mark.parametrize("seed", [6, 7])
def test_what_is_unpaid_is_that_of_independent_sql(keeper: User, seed: int) -> None:
    random_ledger(keeper, seed=seed)
    for span in SPANS:
        owed = cash_summary(keeper, span, span.previous()).unpaid
        rows = counted(
            """SELECT c.kind, e.currency, sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END)
               FROM finance_entry e JOIN finance_category c ON c.id = e.category_id
               WHERE status = 'posted' AND booked_on < %(end)s AND (paid_on IS NULL OR paid_on >= %(end)s)
               GROUP BY 1, 2""",
            end=span.end,
        )
        wanted = {(kind, currency): amount for kind, currency, amount in rows if amount}
        shown = {("revenue", currency): amount for currency, amount in owed.receivable.items()}
        shown |= {("expense", currency): amount for currency, amount in owed.payable.items()}
        assert shown == wanted


def test_cents_are_exact(keeper: User) -> None:
    for _ in range(10):
        EntryFactory(amount=Decimal("0.10"))
    EntryFactory(amount=Decimal("999999999999.99"))
    statement = profit_and_loss(keeper, SPANS[0], SPANS[1]).statements[0]
    assert statement.line("net_profit").amount == Decimal("-1000000000000.99")


def test_a_reversal_nets_to_zero_and_moves_nothing_else(keeper: User) -> None:
    other = EntryFactory(code="subscriptions", amount=Decimal(50))
    entry = EntryFactory(amount=Decimal("33.33"), paid_on=date(2026, 10, 20))
    reverse(actor=keeper, entry=entry, reason="Booked twice")
    found = profit_and_loss(keeper, SPANS[0], SPANS[0].previous()).statements[0]
    assert [line.key for line in found.categories] == ["subscriptions"]
    assert found.line("net_profit").amount == other.amount
    assert cash_summary(keeper, SPANS[0], SPANS[0].previous()).statements[0].line("net_cash").amount == 0


def test_currencies_stay_apart(keeper: User) -> None:
    EntryFactory(amount=Decimal(5), currency="USD")
    EntryFactory(amount=Decimal(7), currency="MYR")
    books = profit_and_loss(keeper, SPANS[0], SPANS[0].previous())
    results = {each.currency: each.line("net_profit").amount for each in books.statements}
    assert results == {"SGD": 0, "MYR": -7, "USD": -5}
    assert [each.currency for each in books.statements] == ["SGD", "MYR", "USD"]


def test_drafts_and_discarded_ones_count_nowhere(keeper: User) -> None:
    EntryFactory(draft=True)
    EntryFactory(draft=True, status="void")
    assert profit_and_loss(keeper, SPANS[0], SPANS[1]).statements[0].categories == ()
    assert paper(keeper, SPANS[0], NOW).drafts == 1


@pytest.mark.parametrize(
    ("zone", "moment", "month"),
    [
        ("Asia/Singapore", datetime(2026, 10, 31, 16, 30, tzinfo=UTC), "Oct"),
        ("Asia/Singapore", datetime(2026, 10, 31, 15, 30, tzinfo=UTC), "Sep"),
        ("America/New_York", datetime(2026, 11, 1, 3, 0, tzinfo=UTC), "Sep"),
        ("America/New_York", datetime(2026, 11, 1, 5, 0, tzinfo=UTC), "Oct"),
    ],
)
def test_last_month_is_that_of_the_readers_calendar(zone: str, moment: datetime, month: str) -> None:
    reader = finance_manager(timezone=zone)
    EntryFactory(amount=Decimal(9), booked_on=date(2026, 9, 30))
    EntryFactory(amount=Decimal(10), booked_on=date(2026, 10, 1))
    EntryFactory(amount=Decimal(20), booked_on=date(2026, 10, 31))
    EntryFactory(amount=Decimal(11), booked_on=date(2026, 11, 1))
    found = asked("profit_and_loss", reader, now=moment, period="last_month")
    assert tile(found, "expense_SGD").value == {"Oct": 30, "Sep": 9}[month]


def test_a_running_month_is_compared_with_as_many_days(keeper: User) -> None:
    for day in (1, 22, 23):
        EntryFactory(amount=Decimal(day), booked_on=date(2026, 10, day))
        EntryFactory(amount=Decimal(day), booked_on=date(2026, 11, day))
    found = asked("profit_and_loss", keeper, now=NOW, period="this_month")
    expense = tile(found, "expense_SGD")
    assert (expense.value, expense.previous) == (46, 23)


RESULTS = ("Gross profit", "Operating profit", "Net profit", "Net cash", "tile profit", "tile net_cash")


@pytest.mark.parametrize(
    ("key", "kept"),
    [
        ("profit_and_loss", {"Gross profit", "Operating profit", "Net profit", "Total revenue"}),
        ("cash_summary", {"Net cash", "Total paid", "receivable", "payable"}),
    ],
)
def test_every_amount_leads_to_its_entries(keeper: User, key: str, kept: set[str]) -> None:
    random_ledger(keeper, seed=8, entries=120)
    found = asked(key, keeper, now=NOW, period="2026-07-01..2026-09-30")
    shown = list(linked_numbers(found))
    for place, what, value, url in shown:
        rows = rows_behind(url, keeper)
        if any(name in place for name in RESULTS):
            revenue = _sum(rows.filter(category__kind="revenue"))
            assert revenue - _sum(rows.filter(category__kind="expense")) == value, place
        elif what.key not in {"change", "change_percent", "share"}:
            assert _sum(rows) == value, place
    places = " ".join(place for place, *_ in shown)
    assert all(name in places for name in kept), places


def test_the_list_behind_an_amount_shows_its_sum(
    keeper: User, browser_client: Callable[[User], Client]
) -> None:
    office = browser_client(keeper)
    EntryFactory(amount=Decimal("1000.10"))
    reverse(actor=keeper, entry=EntryFactory(amount=Decimal("5.05")), reason="Twice")
    EntryFactory(amount=Decimal("7.00"), code="subscriptions", currency="USD")
    EntryFactory(amount=Decimal("900.00"), booked_on=date(2026, 9, 30))
    found = asked("profit_and_loss", keeper, now=NOW, period="last_month")
    page = office.get(tile(found, "expense_SGD").url)
    assert [(row.currency, row.count, row.expense) for row in page.context["sums"]] == [
        ("SGD", 3, Decimal("1000.10"))
    ]
    assert "1,000.10" in page.content.decode()
    page = office.get(tile(found, "profit_USD").url)
    assert [(row.currency, row.left) for row in page.context["sums"]] == [("USD", Decimal("7.00"))]
    assert "sums" not in (office.get("/admin/finance/entry/").context_data or {})


@pytest.mark.parametrize(
    ("period", "closed", "said"),
    [
        ("last_month", [], "Not final: October 2026 is not closed yet"),
        ("last_month", [10], "Complete: its months are closed"),
        ("2026-07-01..2026-09-30", [7, 9], "Not final: August 2026 is not closed yet,"),
        ("2026-07-01..2026-09-30", [9], "Not final: July 2026 and August 2026 are not closed yet,"),
        ("2025-01-01..2025-12-31", [], "Not final: 12 of its months are not closed"),
        ("this_month", [], "Not complete: this is what is posted up to 22 November 2026"),
    ],
)
def test_a_statement_says_whether_it_is_complete(
    keeper: User, period: str, closed: list[int], said: str
) -> None:
    for month in closed:
        ClosedMonth.objects.create(month=date(2026, month, 1), closed_by=keeper)
    for key in ("profit_and_loss", "cash_summary"):
        assert said in " ".join(map(str, asked(key, keeper, now=NOW, period=period).highlights))
    found = paper(keeper, resolve_period(period, now=NOW, tz=keeper.timezone), NOW)
    assert said in " ".join(report_of(found, keeper, NOW).highlights)


def test_a_month_without_entries_says_so(keeper: User) -> None:
    EntryFactory()
    told = asked("profit_and_loss", keeper, now=NOW, period="2019-01-01..2019-01-31").highlights
    assert told[0] == "Nothing is posted in SGD, nor for the period before."


def test_the_paper_names_days_and_currencies(keeper: User) -> None:
    EntryFactory(amount=Decimal(10))
    EntryFactory(amount=Decimal(10), currency="USD")
    found = paper(keeper, SPANS[0], NOW)
    tables = tables_of(found)
    assert [table["title"] for table in tables] == [
        "Profit and loss, SGD", "Cash summary, SGD", "Profit and loss, USD", "Cash summary, USD",
    ]  # fmt: skip
    assert tables[0]["columns"][:2] == ["October 2026", "September 2026"]
    note = report_of(found, keeper, NOW).sources[0]
    assert "1 October 2026 to 31 October 2026 (31 days)" in note
    assert "30 September 2026 (30 days), on the calendar of Asia/Singapore" in note


def _sum(rows: Any) -> Decimal:
    return rows.aggregate(sum=Sum("signed"))["sum"] or Decimal(0)


@pytest.mark.parametrize(("by", "steps"), [("month", 12), ("quarter", 8), ("year", 3)])
def test_the_development_adds_up_to_its_entries(keeper: User, by: str, steps: int) -> None:
    random_ledger(keeper, seed=9, entries=200)
    found = asked("profit_and_loss", keeper, now=NOW, period="last_month", by=by)
    table = dataset(found, "development_SGD")
    assert len(table.rows) == steps
    for row in table.rows[-2:]:
        assert row.values[1] == _sum(rows_behind(row.urls["revenue"], keeper))
        assert row.values[3] == Decimal(str(row.values[1])) - Decimal(str(row.values[2]))


@pytest.mark.parametrize("who", ["owner", "colleague", "manager", "outsider"])
def test_nobody_else_reads_a_statement(cast: Cast, who: str) -> None:
    EntryFactory()
    user = getattr(cast, who)
    from apps.core.reporting import reports

    for key in ("profit_and_loss", "cash_summary"):
        report = reports.get(key)
        assert report is not None
        assert not report.allowed(user)
    assert paper(user, SPANS[0], NOW).statements == []


def test_an_executive_reads_them(cast: Cast) -> None:
    EntryFactory(amount=Decimal(12))
    found = asked("profit_and_loss", cast.executive, now=NOW, period="last_month")
    assert tile(found, "expense_SGD").value == 12


def test_the_figures_of_finance_are_for_readers_of_the_ledger(keeper: User, cast: Cast) -> None:
    EntryFactory(code="subscriptions", amount=Decimal(100))
    EntryFactory(amount=Decimal(30))
    EntryFactory(amount=Decimal(5), currency="USD")
    chosen = [
        figure
        for figure in figures
        if figure.key in {"finance.revenue", "finance.expenses", "finance.profit"}
    ]
    survey = Survey(chosen, keeper, SPANS[:2])
    values = {figure.key: survey.value(figure, SPANS[0]) for figure in chosen}
    assert values == {"finance.revenue": 100, "finance.expenses": 30, "finance.profit": 70}
    [profit] = [figure for figure in chosen if figure.key == "finance.profit"]
    assert profit.note is not None
    assert "USD −5.00" in profit.note(survey.facts(profit, SPANS[0]), keeper)
    found = asked("management_kpis", keeper, now=NOW, period="last_month")
    assert tile(found, "finance.profit").value == 70
    assert "finance.profit" not in _tiles(
        asked("management_kpis", cast.manager, now=NOW, period="last_month")
    )


def _tiles(found: Findings) -> set[str]:
    tiles: tuple[Tile, ...] = found.tiles
    return {item.key for item in tiles}


def test_a_statement_takes_few_queries(keeper: User, django_assert_max_num_queries: Any) -> None:
    random_ledger(keeper, seed=10, entries=300)
    for key, most in (("profit_and_loss", 6), ("cash_summary", 8)):
        reader = UserFactory(roles=["finance_manager"])
        reader.has_perm("finance.view_entry")
        with django_assert_max_num_queries(most):
            asked(key, reader, now=NOW, period="last_month")
    assert Entry.objects.count() > 300


def test_sums_are_asked_for_so_that_an_index_holds_the_answer(keeper: User) -> None:
    """Over a million entries, an OR or a counted key reads every row from the table."""
    EntryFactory(amount=Decimal("5.00"), paid_on=None)
    EntryFactory(amount=Decimal("7.00"), paid_on=date(2026, 11, 5))
    with CaptureQueriesContext(connection) as asked_for:
        found = unpaid_at(keeper, date(2026, 11, 1))
        sums = sums_of(Entry.objects.visible_to(keeper).posted())
    assert found.payable == {"SGD": Decimal("12.00")}
    assert sums[0].count == 2
    sql = [query["sql"] for query in asked_for.captured_queries if "finance_entry" in query["sql"]]
    assert not any(" OR " in text for text in sql)
    assert any("COUNT(*)" in text for text in sql)
