"""Spans of days, as reports speak of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """Whole days `[start, end)` in the zone `tz`; `end` is exclusive."""

    start: date
    end: date
    tz: str = "Asia/Singapore"

    @classmethod
    def week_of(cls, day: date, tz: str = "Asia/Singapore") -> Self:
        """The week, Monday to Sunday, that contains `day`."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=7), tz)

    @classmethod
    def month_of(cls, day: date, tz: str = "Asia/Singapore") -> Self:
        """The calendar month that contains `day`."""
        first = day.replace(day=1)
        return cls(first, (first + timedelta(days=32)).replace(day=1), tz)

    @classmethod
    def quarter_of(cls, day: date, tz: str = "Asia/Singapore") -> Self:
        """The calendar quarter that contains `day`."""
        first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        return cls(first, (first + timedelta(days=95)).replace(day=1), tz)

    @classmethod
    def year_of(cls, day: date, tz: str = "Asia/Singapore") -> Self:
        """The calendar year that contains `day`."""
        return cls(date(day.year, 1, 1), date(day.year + 1, 1, 1), tz)

    @classmethod
    def last_days(cls, days: int, today: date, tz: str = "Asia/Singapore") -> Self:
        """The `days` days that end with `today`."""
        return cls(today - timedelta(days=days - 1), today + timedelta(days=1), tz)

    def previous(self) -> Self:
        """The span of the same kind just before: by the calendar for whole months, quarters and years."""
        for kind in (self.month_of, self.quarter_of, self.year_of):
            if self == kind(self.start, self.tz):
                return kind(self.start - timedelta(days=1), self.tz)
        length = self.end - self.start
        return type(self)(self.start - length, self.start, self.tz)

    def before(self, today: date) -> Self:
        """What the span is compared with: the one before, and of that only as many days as have begun by
        `today`, so that a month that is half over is not measured against a whole one.
        """
        previous = self.previous()
        if not self.start <= today < self.last_day:
            return previous
        return replace(
            previous, end=min(previous.end, previous.start + (today - self.start + timedelta(days=1)))
        )

    def so_far(self, today: date) -> Self:
        """Of a span that is not over, the days that have begun by `today`; else all of it."""
        if not self.start <= today < self.last_day:
            return self
        return replace(self, end=today + timedelta(days=1))

    @property
    def brief(self) -> str:
        """Its days for a column or a tile: “1–22 Nov 2026”."""
        first, last = self.start, self.last_day
        if first == last:
            return f"{last:%-d %b %Y}"
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%-d}–{last:%-d %b %Y}"
        if first.year == last.year:
            return f"{first:%-d %b} – {last:%-d %b %Y}"
        return f"{first:%-d %b %Y} – {last:%-d %b %Y}"

    @property
    def starts_at(self) -> datetime:
        """First moment, aware."""
        return datetime.combine(self.start, time.min, ZoneInfo(self.tz))

    @property
    def ends_at(self) -> datetime:
        """First moment after, aware."""
        return datetime.combine(self.end, time.min, ZoneInfo(self.tz))

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    def __str__(self) -> str:
        if self.last_day == self.start:
            return f"{self.start:%-d %B %Y}"
        return f"{self.start:%-d %B %Y} to {self.last_day:%-d %B %Y}"


def local_today(tz: str) -> date:
    """Today's date on a calendar that hangs in zone `tz`."""
    return timezone.now().astimezone(ZoneInfo(tz)).date()
