"""Entries in a sentence: how much, what for, when, with whom; nothing is made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.finance.choices import EntryKind
from apps.finance.words.amounts import currency_note, typed_amount
from apps.finance.words.days import typed_day
from apps.finance.words.sentences import names_a_file, read_sentence

TODAY = date(2026, 11, 22)
EXPENSE, REVENUE = EntryKind.EXPENSE, EntryKind.REVENUE


@pytest.mark.parametrize(
    ("text", "amount", "kind", "what", "party", "day"),
    [
        ("record an expense of SGD 84.50 for a taxi", "SGD 84.50", EXPENSE, "taxi", "", None),
        ("Record a cost of US$1,200 for a taxi to the airport yesterday, no receipt", "USD 1200.00", EXPENSE,
         "taxi to the airport", "", (2026, 11, 21)),
        ("I paid Grab SGD 23.80 for a taxi on 3 November", "SGD 23.80", None, "taxi", "Grab", (2026, 11, 3)),
        ("taxi 84.50", " 84.50", None, "taxi", "", None),
        ("book SGD 3k rent for November, not paid yet", "SGD 3000.00", None, "rent for November", "", None),
        ("office 365 subscription USD 30 on 3/11", "USD 30.00", None, "office 365 subscription", "",
         (2026, 11, 3)),
        ("record revenue of SGD 500 from Alpine Foods for the set-up", "SGD 500.00", REVENUE, "set-up",
         "Alpine Foods", None),
        ("Alpine Foods paid us SGD 500", "SGD 500.00", REVENUE, "Alpine Foods", "Alpine Foods", None),
        ("记录一笔84.50新元的出租车费用", "SGD 84.50", EXPENSE, "出租车", "", None),
        ("昨天打车花了84.5元", " 84.50", EXPENSE, "打车", "", (2026, 11, 21)),
        ("记录收入500新元,来自金龙酒家的订阅费", "SGD 500.00", REVENUE, "订阅费", "金龙酒家", None),
        ("rekod perbelanjaan RM 84.50 untuk teksi semalam", "MYR 84.50", EXPENSE, "teksi", "",
         (2026, 11, 21)),
        ("rekod hasil RM 500 daripada Kedai Mi untuk langganan", "MYR 500.00", REVENUE, "langganan",
         "Kedai Mi", None),
    ],
)  # fmt: skip
def test_a_sentence_is_read(
    text: str, amount: str, kind: EntryKind | None, what: str, party: str, day: tuple[int, int, int] | None
) -> None:
    found = read_sentence(text, TODAY)
    assert found.amount is not None
    assert f"{found.amount.currency} {found.amount.value}" == amount
    assert (found.kind, found.what, found.party) == (kind, what, party)
    assert found.day == (date(*day) if day else None)


@pytest.mark.parametrize(
    ("text", "misses"),
    [("record an expense for a taxi", "amount"), ("record an expense of SGD 20", "what")],
)
def test_what_is_not_said_is_missing(text: str, misses: str) -> None:
    found = read_sentence(text, TODAY)
    assert not found.is_whole
    assert not getattr(found, misses)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("SGD84.50", "84.50", "SGD"), ("84.50 sgd", "84.50", "SGD"), ("1.234,50 EUR", "1234.50", "EUR"),
        ("3万新元", "30000.00", "SGD"), ("20 bucks", "20.00", ""), ("$7", "7.00", ""),
        ("all 20 pens", "20.00", ""),
        ("2 rooms at SGD 99", "99.00", "SGD"), ("GST 6.98 of SGD 84.50", "84.50", "SGD"),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_cent(text: str, value: str, currency: str) -> None:
    found = typed_amount(text)
    assert found is not None
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["84.505", "2 taxis and 3 buses", "SGD 0", "room 12a", "50%", "nothing"])
def test_an_amount_that_is_not_clear_is_none(text: str) -> None:
    assert typed_amount(text) is None


def test_what_was_taken_for_the_currency_is_said() -> None:
    for text, note in (
        ("SGD 5", ""),
        ("$5", "It only says “$”, which was taken for SGD."),
        ("5元", "It only says “元”, which was taken for SGD."),
        ("5", "No currency was named: SGD was taken."),
    ):
        found = typed_amount(text)
        assert found is not None
        assert currency_note(found) == note


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", (11, 22)), ("the day before yesterday", (11, 20)), ("on 3 November", (11, 3)),
        ("3rd of November", (11, 3)), ("Nov 3", (11, 3)), ("on the 3rd", (11, 3)), ("last Friday", (11, 20)),
        ("on Sunday", (11, 22)), ("last Sunday", (11, 15)), ("3/11", (11, 3)), ("11月3日", (11, 3)),
        ("前天", (11, 20)),
        ("上周五", (11, 13)), ("周一", (11, 16)), ("3号", (11, 3)), ("semalam", (11, 21)), ("3hb", (11, 3)),
        ("pada 3 Ogos", (8, 3)), ("isnin lepas", (11, 16)),
    ],
)  # fmt: skip
def test_a_day_is_the_latest_that_has_come(text: str, day: tuple[int, int]) -> None:
    found = typed_day(f"a taxi {text}", TODAY)
    assert found is not None
    assert found.day == date(2026, *day)


def test_a_day_to_come_was_last_year_and_a_year_is_taken_as_it_stands() -> None:
    to_come, with_year = typed_day("25 December", TODAY), typed_day("25 December 2026", TODAY)
    assert to_come is not None
    assert with_year is not None
    assert (to_come.day, with_year.day) == (date(2025, 12, 25), date(2026, 12, 25))
    assert typed_day("30 February, in May, room 99", TODAY) is None


@pytest.mark.parametrize(
    ("text", "is_paid"),
    [
        ("we still owe SGD 5", False),
        ("paid SGD 5", True),
        ("还没付 5新元", False),
        ("belum dibayar", False),
        ("SGD 5", None),
    ],
)
def test_whether_the_money_moved_is_read(text: str, is_paid: bool | None) -> None:
    assert read_sentence(text, TODAY).is_paid is is_paid


@pytest.mark.parametrize(
    ("text", "is_file"),
    [
        ("record this receipt", True), ("book the attached invoice, SGD 20", True),
        ("把这张收据记入费用", True),
        ("rekod resit ini", True), ("here is my taxi receipt", True),
        ("record an expense of SGD 84.50 for a taxi", False), ("SGD 20 for lunch, no receipt", False),
    ],
)  # fmt: skip
def test_words_point_to_a_file_or_do_not(text: str, is_file: bool) -> None:
    assert names_a_file(text) is is_file
