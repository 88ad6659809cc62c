"""Days and times that lie ahead, as people say them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from apps.assistant.slots.moments import days_ahead, length, time_of_day

#: A Wednesday.
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("what is in my calendar today", "2026-11-25", "2026-11-25"),
        ("tomorrow at 3", "2026-11-26", "2026-11-26"),
        ("the day after tomorrow", "2026-11-27", "2026-11-27"),
        ("on Friday", "2026-11-27", "2026-11-27"),
        ("on Wednesday", "2026-11-25", "2026-11-25"),
        ("on Monday", "2026-11-30", "2026-11-30"),
        ("next Friday", "2026-12-04", "2026-12-04"),
        ("next Monday", "2026-11-30", "2026-11-30"),
        ("this week", "2026-11-25", "2026-11-29"),
        ("next week", "2026-11-30", "2026-12-06"),
        ("on 5 December", "2026-12-05", "2026-12-05"),
        ("December 5th, 2027", "2027-12-05", "2027-12-05"),
        ("on 3 January", "2027-01-03", "2027-01-03"),
        ("2026-12-01", "2026-12-01", "2026-12-01"),
        ("后天", "2026-11-27", "2026-11-27"),
        ("星期五下午", "2026-11-27", "2026-11-27"),
        ("下周三", "2026-12-02", "2026-12-02"),
        ("下周的日程", "2026-11-30", "2026-12-06"),
        ("12月5日", "2026-12-05", "2026-12-05"),
        ("esok", "2026-11-26", "2026-11-26"),
        ("pada Jumaat pukul 3", "2026-11-27", "2026-11-27"),
        ("Isnin depan", "2026-11-30", "2026-11-30"),
        ("minggu depan", "2026-11-30", "2026-12-06"),
    ],
)
def test_days(words: str, first: str, last: str) -> None:
    assert days_ahead(words, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("words", ["", "with Sunrise Bakery", "Monique's friend", "31 February", "at 3pm"])
def test_no_day(words: str) -> None:
    assert days_ahead(words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("at 3pm", "15:00"), ("3.30 pm", "15:30"), ("12 a.m.", "00:00"), ("12pm", "12:00"),
        ("15:45", "15:45"),
        ("at 9", "09:00"), ("at 3", "15:00"), ("下午三点", "15:00"), ("上午十点半", "10:30"),
        ("8点", "08:00"),
        ("晚上7点20分", "19:20"), ("pukul 3 petang", "15:00"), ("pukul 10 pagi", "10:00"),
        ("jam 8.30 malam", "20:30"),
    ],
)  # fmt: skip
def test_times(words: str, clock: str) -> None:
    assert time_of_day(words) == time.fromisoformat(clock)


@pytest.mark.parametrize("words", ["", "on Friday", "for 30 minutes", "at 99:99", "at 3/12", "room 12"])
def test_no_time(words: str) -> None:
    assert time_of_day(words) is None


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("for 30 minutes", 30),
        ("an hour", 60),
        ("half an hour", 30),
        ("两小时", 120),
        ("setengah jam", 30),
        ("", 0),
    ],
)
def test_lengths(words: str, minutes: int) -> None:
    assert length(words) == (timedelta(minutes=minutes) if minutes else None)
