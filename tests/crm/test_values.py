"""Cells to values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.contacts.normalisation import phone_key
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.importing.dates import NotADate, parse_day, parse_moment
from apps.crm.importing.money import NotMoney, parse_currency, parse_money
from apps.crm.importing.values import Refusal, cell, clean_email, clean_phone, clean_source, clean_status

SINGAPORE = ZoneInfo("Asia/Singapore")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        ("2026/3/4", date(2026, 3, 4)),
        ("04/03/2026", date(2026, 3, 4)),
        ("4.3.26", date(2026, 3, 4)),
        ("4 Mar 2026", date(2026, 3, 4)),
        ("4th March 2026", date(2026, 3, 4)),
        ("March 4, 2026", date(2026, 3, 4)),
        ("4-Mac-2026", date(2026, 3, 4)),
        ("31 Ogos 2026", date(2026, 8, 31)),
        ("1 Disember 2026", date(2026, 12, 1)),
        ("2026年3月4日", date(2026, 3, 4)),
        ("２０２６年３月４日", date(2026, 3, 4)),
        ("46085", date(2026, 3, 4)),
        ("2026-03-04 15:30:00", date(2026, 3, 4)),
    ],
)
def test_dates_are_read_as_people_here_write_them(text: str, day: date) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "12/31/2026",
        "31/02/2026",
        "2026-13-01",
        "4/3/1826",
        "3/4",
        "4 Foo 2026",
        "1234567",
        "1/1/0001",
        "31/12/1999",
        "31/12/9999",
        "31000",
    ],
)
def test_what_is_no_day_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(NotADate):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("4/3/2026", datetime(2026, 3, 3, 16, tzinfo=UTC)),
        ("4/3/2026 15:30", datetime(2026, 3, 4, 7, 30, tzinfo=UTC)),
        ("4/3/2026 3:30 pm", datetime(2026, 3, 4, 7, 30, tzinfo=UTC)),
        ("2026-03-04T15:30:00Z", datetime(2026, 3, 4, 15, 30, tzinfo=UTC)),
        ("2026-03-04T15:30:00.123+09:00", datetime(2026, 3, 4, 6, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_local(text: str, moment: datetime) -> None:
    assert parse_moment(text, SINGAPORE) == moment


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12000", "12000", ""),
        ("12,000.50", "12000.50", ""),
        ("12.000,50", "12000.50", ""),
        ("12,5", "12.5", ""),
        ("1,234,567", "1234567", ""),
        ("1.234.567", "1234567", ""),
        ("$ 900", "900", ""),
        ("S$12k", "12000", "SGD"),
        ("SGD 12,000", "12000", "SGD"),
        ("12000 sgd", "12000", "SGD"),
        ("RM5,000.00", "5000", "MYR"),
        ("HK$ 1.5 million", "1500000", "HKD"),
        ("5万元", "50000", ""),
        ("人民币 3萬", "30000", "CNY"),
        ("20 ribu MYR", "20000", "MYR"),
        ("€ 7'500", "7500", "EUR"),
    ],
)
def test_amounts_are_read_with_their_currency(text: str, amount: str, currency: str) -> None:
    assert parse_money(text) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["", "tbd", "-500", "(500)", "12 apples", "10-20k", "1e6", "9" * 20])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotMoney):
        parse_money(text)


def test_currencies_have_codes_and_signs() -> None:
    assert [parse_currency(text) for text in ("sgd", "RM", "HK$", " usd ")] == ["SGD", "MYR", "HKD", "USD"]
    with pytest.raises(NotMoney):
        parse_currency("seashells")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        (" John@ABC.sg ", "john@abc.sg"),
        ("mailto:john@abc.sg", "john@abc.sg"),
        ("John Tan <john@abc.sg>", "john@abc.sg"),
        ("john@abc.sg; jane@abc.sg", "john@abc.sg"),
        ("ｊｏｈｎ＠abc.sg", "john@abc.sg"),
        ("o'brien@pub.co", "o'brien@pub.co"),
    ],
)
def test_the_first_address_is_taken(text: str, address: str) -> None:
    assert clean_email(text) == address


@pytest.mark.parametrize(
    "text", ["john", "john@", "@abc.sg", "john@abc", "john at abc.sg", f"{'x' * 260}@abc.sg"]
)
def test_a_bad_address_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        clean_email(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("91234567", "+6591234567"),
        ("+65 9123 4567", "+6591234567"),
        ("9123-4567", "+6591234567"),
        ("０9123 4567"[1:], "+6591234567"),
        ("+60 12-345 6789", "+60123456789"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_phones_are_compared_in_one_form(text: str, key: str) -> None:
    assert clean_phone(text)[1] == key


@given(st.integers(3, 9), st.integers(0, 9_999_999), st.sampled_from(["", "+65", "+65 "]), st.booleans())
def test_the_short_way_to_a_phones_key_is_the_long_way(
    head: int, rest: int, prefix: str, spaced: bool
) -> None:
    digits = f"{head}{rest:07d}"
    text = prefix + (f"{digits[:4]} {digits[4:]}" if spaced else digits)
    assert clean_phone(text)[1] == phone_key(text)


@pytest.mark.parametrize("text", ["call me", "12", "6.59123E+10", "9" * 60])
def test_a_bad_phone_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        clean_phone(text)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", LeadStatus.NEW),
        ("Closed Won", LeadStatus.CLOSED_WON),
        ("closed_lost", LeadStatus.CLOSED_LOST),
        ("已联系", LeadStatus.CONTACTED),
        ("已報價", LeadStatus.PROPOSAL),
        ("Berminat", LeadStatus.QUALIFIED),
        ("NEW LEAD", LeadStatus.NEW),
    ],
)
def test_statuses_are_understood_in_three_languages(text: str, status: LeadStatus) -> None:
    assert clean_status(text) == status


def test_an_unknown_status_is_refused_because_a_guess_would_move_money() -> None:
    with pytest.raises(Refusal, match="“lukewarm” is not a status I know"):
        clean_status("lukewarm")


def test_sources_are_understood_and_unknown_ones_are_other() -> None:
    assert clean_source("领英") == (LeadSource.LINKEDIN, True)
    assert clean_source("Rujukan") == (LeadSource.REFERRAL, True)
    assert clean_source("") == (LeadSource.IMPORT, True)
    assert clean_source("carrier pigeon") == (LeadSource.OTHER, False)


@pytest.mark.parametrize("text", ["-", "N/A", "nil", "无", "Tiada", "#N/A"])
def test_the_many_ways_to_write_nothing_are_nothing(text: str) -> None:
    assert cell(text) == ""
