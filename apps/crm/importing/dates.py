"""Dates as people in Singapore, Malaysia and Hong Kong write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from apps.core.moments import is_sane

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s.]*([^\W\d_]+)\.?,?[-\s]*(\d{4}|\d{2})")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_TIME = re.compile(
    r"[T ,]*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(am|pm)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE
)
_SERIAL = re.compile(r"[345]\d{4}")

#: English and Malay names by their first three letters, and the Malay short form of August.
MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "mac": 3,
    "mei": 5,
    "ogo": 8,
    "ogs": 8,
    "okt": 10,
    "dis": 12,
}


class NotADate(ValueError):
    """The text names no day, or one that does not exist."""


class OtherYear(NotADate):
    """The text names a day of years that are not kept."""


@lru_cache(maxsize=4096)
def parse_day(text: str) -> date:
    """The day that `text` names; in `3/4/2026` the day comes first. Raises `NotADate`."""
    return _split(text)[0]


@lru_cache(maxsize=4096)
def parse_moment(text: str, zone: tzinfo) -> datetime:
    """Day and time of day, aware; without a time, the start of the day in `zone`. Raises `NotADate`."""
    day, clock = _split(text)
    if not clock:
        return datetime.combine(day, time.min, zone)
    match = _TIME.match(clock)
    if match is None:
        raise NotADate(text)
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if (half := (match[4] or "").lower()) and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        moment = datetime.combine(day, time(hour, minute, second), zone)
        return _at_offset(moment, match[5])
    except ValueError as error:
        raise NotADate(text) from error


def _at_offset(moment: datetime, offset: str | None) -> datetime:
    if not offset:
        return moment
    return datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M:%S}{offset.upper().replace('Z', '+00:00')}")


def _split(text: str) -> tuple[date, str]:
    """The day, and what follows it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _SERIAL.fullmatch(plain):
        return _sane(_from_serial(int(plain)), text), ""
    for pattern, order in (
        (_ISO, "ymd"),
        (_CHINESE, "ymd"),
        (_DAY_FIRST, "dmy"),
        (_NAMED, "dmy"),
        (_MONTH_FIRST, "mdy"),
    ):
        if match := pattern.match(plain):
            parts = dict(zip(order, match.groups(), strict=True))
            clock = plain[match.end() :].strip()
            if clock and not _TIME.match(clock):
                continue
            return _day(text, parts["y"], parts["m"], parts["d"]), clock
    raise NotADate(text)


def _day(text: str, year: str, month: str, day: str) -> date:
    number = int(month) if month.isdigit() else MONTHS.get(month[:3].casefold(), 0)
    full_year = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        found = date(full_year, number, int(day))
    except ValueError as error:
        raise NotADate(text) from error
    return _sane(found, text)


def _sane(day: date, text: str) -> date:
    if not is_sane(day):
        raise OtherYear(text)
    return day


def _from_serial(number: int) -> date:
    """A day as Excel counts: from the end of 1899, including a 29 February 1900 that never was."""
    return date.fromordinal(date(1899, 12, 30).toordinal() + number)
