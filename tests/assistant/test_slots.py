"""Typed extraction: what a sentence holds, and what is asked back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import BaseModel

from apps.assistant.slots import (
    AttachmentSlot,
    ChoiceSlot,
    CompanySlot,
    DaysSlot,
    EmailSlot,
    MoneySlot,
    PeriodSlot,
    TextSlot,
    amounts,
    names,
    periods,
)
from apps.assistant.slots.extraction import Source, extract
from tests.conftest import Cast
from tests.factories.accounts import UserFactory

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("KPI report for last week", "2026-11-09", "2026-11-15"),
        ("this week please", "2026-11-16", "2026-11-22"),
        ("today", "2026-11-22", "2026-11-22"),
        ("what happened yesterday?", "2026-11-21", "2026-11-21"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("Q1 2026", "2026-01-01", "2026-03-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("the last 10 days", "2026-11-13", "2026-11-22"),
        ("past 2 weeks", "2026-11-09", "2026-11-22"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("for December", "2025-12-01", "2025-12-31"),
        ("January 2025", "2025-01-01", "2025-01-31"),
        ("from 1 October to 15 October 2026", "2026-10-01", "2026-10-15"),
        ("between 2026-10-05 and 2026-10-09", "2026-10-05", "2026-10-09"),
        ("week of 3 November", "2026-11-02", "2026-11-08"),
        ("上周的报告", "2026-11-09", "2026-11-15"),
        ("laporan minggu lepas", "2026-11-09", "2026-11-15"),
        ("上季度的损益表", "2026-07-01", "2026-09-30"),
        ("生成本季度的损益表", "2026-10-01", "2026-12-31"),
        ("2025年第三季度", "2025-07-01", "2025-09-30"),
        ("第二季度的收入", "2026-04-01", "2026-06-30"),
        ("十月份的财务报表", "2026-10-01", "2026-10-31"),
        ("2025年12月的报表", "2025-12-01", "2025-12-31"),
        ("去年3月的支出", "2025-03-01", "2025-03-31"),
        ("12月的报表", "2025-12-01", "2025-12-31"),
        ("penyata kewangan suku tahun lepas", "2026-07-01", "2026-09-30"),
        ("suku ketiga 2025", "2025-07-01", "2025-09-30"),
        ("untung rugi bulan Ogos", "2026-08-01", "2026-08-31"),
        ("penyata Oktober 2025", "2025-10-01", "2025-10-31"),
        ("perbelanjaan bulan Mac", "2026-03-01", "2026-03-31"),
        ("perbelanjaan tahun lepas", "2025-01-01", "2025-12-31"),
        ("revenue of Q3 last year", "2025-07-01", "2025-09-30"),
        ("去年第三季度的收入", "2025-07-01", "2025-09-30"),
        ("hasil suku ketiga tahun lepas", "2025-07-01", "2025-09-30"),
    ],
)
def test_a_period_is_read_in_words_and_dates(text: str, first: str, last: str) -> None:
    found = periods.period(text, TODAY)
    assert found is not None
    assert (found[0].isoformat(), found[1].isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["Q4", "the leads of Q4", "第四季度", "suku keempat"])
def test_a_quarter_without_a_year_is_the_latest_that_has_begun(text: str) -> None:
    assert periods.period(text, date(2026, 2, 10)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert periods.period(text, date(2026, 11, 22)) == (date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize("text", ["entries of 2026-13-01", "from 2026-13-01 to 2026-13-05", "2026-02-30"])
def test_a_day_that_does_not_exist_is_no_other_day(text: str) -> None:
    assert periods.period(text, TODAY) is None


@pytest.mark.parametrize(
    "text", ["create a deck", "may I see the leads?", "ABC 2026 Group", "buy a Mac", "月报"]
)
def test_a_sentence_without_a_period_has_none(text: str) -> None:
    assert periods.period(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("a deal of S$12,500", "12500.00", "SGD"),
        ("about $3k", "3000.00", "SGD"),
        ("USD 1.5 million", "1500000.00", "USD"),
        ("RM 450.50 a month", "450.50", "MYR"),
        ("costs 800 HKD", "800.00", "HKD"),
        ("3万元", "30000.00", "CNY"),
    ],
)
def test_money_keeps_amount_and_currency(text: str, amount: str, currency: str) -> None:
    assert amounts.money(text) == {"amount": amount, "currency": currency}


@pytest.mark.parametrize("text", ["12 leads", "3 weeks", "lead 4711"])
def test_a_bare_number_is_not_money(text: str) -> None:
    assert amounts.money(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("which leads did we not contact for two weeks?", 14),
        ("no contact in 10 days", 10),
        ("stale for a month", 30),
        ("untouched for a fortnight", 14),
        ("dua minggu", 14),
        ("两周没有联系", 14),
    ],
)
def test_a_length_of_time_is_counted_in_days(text: str, days: int) -> None:
    assert amounts.days(text) == days


def test_this_week_is_not_a_length_of_time() -> None:
    assert amounts.days("what came in this week?") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("create a pitch deck for ABC Restaurant Group", "ABC Restaurant Group"),
        ("Create a pitch deck for ABC Restaurant Group, please", "ABC Restaurant Group"),
        ('make slides for "noodle & co"', "noodle & co"),
        ("prepare a deck about Golden Wok by tomorrow", "Golden Wok"),
        ("delete the lead Sunrise Bakery", "Sunrise Bakery"),
        ("给海底捞火锅做一份方案", "海底捞火锅"),
    ],
)
def test_a_company_is_found_by_its_place_in_the_sentence(text: str, company: str) -> None:
    assert names.company(text, UserFactory()) == company


@pytest.mark.django_db
def test_pronouns_and_common_words_are_not_companies() -> None:
    user = UserFactory()
    assert names.company("create a deck for them", user) is None
    assert names.company("show my pipeline for this month", user) is None


class _Everything(BaseModel):
    file: AttachmentSlot
    company: CompanySlot
    email: EmailSlot
    amount: MoneySlot
    period: PeriodSlot
    within: DaysSlot = 14
    stage: ChoiceSlot("Which stage?", won=("closed won",), lost=("closed lost",)) | None = None  # type: ignore[valid-type]
    note: TextSlot | None = None


@pytest.mark.django_db
def test_what_is_missing_is_asked_for_in_order_and_defaults_are_not(cast: Cast) -> None:
    source = Source(
        whole="Quote for Golden Wok, S$900, last week, mail it to jo@wok.example, it is closed won",
        user=cast.owner,
        now=datetime(2026, 11, 22, 4, tzinfo=UTC),
    )
    found = extract(_Everything, source)
    assert [missing.name for missing in found.missing] == ["file"]
    assert found.missing[0].question.endswith("Please attach it.")
    assert found.values["company"] == "Golden Wok"
    assert found.values["email"] == "jo@wok.example"
    assert found.values["stage"] == "won"
    assert found.values["period"] == {"start": "2026-11-09", "last_day": "2026-11-15"}
    assert "within" not in found.values


@pytest.mark.django_db
def test_the_answer_to_a_question_may_be_nothing_but_the_value(cast: Cast) -> None:
    source = Source(whole="golden wok", user=cast.owner)
    found = extract(_Everything, source, known={"file": "x"}, asked="company")
    assert found.values["company"] == "golden wok"
    assert found.values["file"] == "x"
