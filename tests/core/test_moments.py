"""Days and moments that may be kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from rest_framework import serializers

from apps.core.api.moments import MomentField
from apps.core.errors import Invalid
from apps.core.moments import require_sane

SINGAPORE = ZoneInfo("Asia/Singapore")


@pytest.mark.parametrize(
    "day",
    [
        date.min,
        date(1999, 12, 31),
        date(2101, 1, 1),
        date.max,
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=SINGAPORE),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))),
    ],
)
def test_a_year_that_nobody_means_is_refused_by_field(day: date) -> None:
    with pytest.raises(Invalid) as caught:
        require_sane(day, "due_at")
    assert caught.value.code == "moment_out_of_range"
    told = f"The year {day.year} cannot be right: choose a date between the years 2000 and 2100."
    assert caught.value.detail == told
    assert caught.value.errors == {"due_at": [told]}


@pytest.mark.parametrize(
    "day",
    [
        None,
        date(2000, 1, 1),
        date(2100, 12, 31),
        datetime(2000, 1, 1, tzinfo=SINGAPORE),
        datetime(2100, 12, 31, 23, 59, 59, tzinfo=SINGAPORE),
    ],
)
def test_the_years_that_are_kept_and_no_day_at_all_pass(day: date | None) -> None:
    require_sane(day, "due_at")


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Singapore", "0001-01-01"),
        ("Asia/Singapore", "0001-01-01T00:00"),
        ("Asia/Singapore", "9999-12-31T23:59Z"),
        ("America/New_York", "9999-12-31T23:59"),
        ("America/New_York", "0001-01-01T00:00Z"),
    ],
)
def test_a_moment_off_the_calendar_is_invalid_input_and_no_crash(zone: str, text: str) -> None:
    with pytest.raises(serializers.ValidationError, match="out of range"):
        MomentField(default_timezone=ZoneInfo(zone)).run_validation(text)


def test_any_other_moment_is_read_as_before() -> None:
    field = MomentField(default_timezone=SINGAPORE)
    assert field.run_validation("2026-03-04T15:30") == datetime(2026, 3, 4, 7, 30, tzinfo=UTC)
    with pytest.raises(serializers.ValidationError, match="wrong format"):
        field.run_validation("soon")
