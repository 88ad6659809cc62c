"""The day in a sentence that somebody typed: “yesterday”, “on 3 November”, “上周五”, “semalam”."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.finance.receipts.days import MONTHS, dated

_BACK = {
    "day before yesterday": 2, "yesterday": 1, "last night": 1, "today": 0, "this morning": 0, "tonight": 0,
    "just now": 0, "前天": 2, "昨天": 1, "昨日": 1, "昨晚": 1, "今天": 0, "今日": 0, "今早": 0, "刚才": 0,
    "semalam": 1, "hari ini": 0, "pagi tadi": 0, "tadi": 0,
}  # fmt: skip
_WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "isnin": 0, "selasa": 1, "rabu": 2, "khamis": 3, "jumaat": 4, "sabtu": 5, "ahad": 6,
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
}  # fmt: skip
_BACK_WORDS = re.compile(
    rf"(?<![A-Za-z])(?:the\s+)?({'|'.join(sorted(_BACK, key=len, reverse=True))})(?![A-Za-z])", re.IGNORECASE
)
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*\.?"
_DAY_MONTH = re.compile(
    rf"(?<![\d.,])(\d{{1,2}})(?:st|nd|rd|th|hb)?\s+(?:of\s+)?{_MONTH}(?![A-Za-z])", re.IGNORECASE
)
_MONTH_DAY = re.compile(rf"(?<![A-Za-z]){_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d)", re.IGNORECASE)
_CHINESE = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_SLASHED = re.compile(r"(?<![\d/.,-])(\d{1,2})/(\d{1,2})(?![\d/])")
_OF_MONTH = re.compile(
    r"\bon\s+the\s+(\d{1,2})(?:st|nd|rd|th)\b|(?<!\d)(\d{1,2})\s*(?:hb\b|[号日])", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"\b(?P<last>last\s+)?(?P<en>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
    r"|(?:\bhari\s+)?\b(?P<ms>isnin|selasa|rabu|khamis|jumaat|sabtu|ahad)\b(?P<lepas>\s+(?:lepas|lalu))?"
    r"|(?P<shang>上个?)?(?:周|星期|礼拜)(?P<zh>[一二三四五六日天])",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"(?:(?<![A-Za-z])(?:on|dated|pada|bertarikh)\s+|[在于]\s*)$", re.IGNORECASE)


@dataclass(frozen=True)
class TypedDay:
    """A day, and where it stands in the sentence with the word before it."""

    day: date
    start: int
    end: int


def typed_day(text: str, today: date) -> TypedDay | None:
    """The day that a sentence names, on a calendar where it is `today`. Without a year it is the latest that
    has come.
    """
    for found in dated(text):
        return _at(text, found.day, found.start, found.end)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if day := read(match, today):
                return _at(text, day, *match.span())
    return None


def _at(text: str, day: date, start: int, end: int) -> TypedDay:
    before = _PREPOSITION.search(text[:start])
    return TypedDay(day, before.start() if before else start, end)


def _back(match: re.Match[str], today: date) -> date:
    return today - timedelta(days=_BACK[match[1].lower()])


def _day_month(match: re.Match[str], today: date) -> date | None:
    return _latest(MONTHS[match[2].lower()], int(match[1]), today)


def _month_day(match: re.Match[str], today: date) -> date | None:
    return _latest(MONTHS[match[1].lower()], int(match[2]), today)


def _chinese(match: re.Match[str], today: date) -> date | None:
    return _latest(int(match[1]), int(match[2]), today)


def _slashed(match: re.Match[str], today: date) -> date | None:
    return _latest(int(match[2]), int(match[1]), today)


def _of_month(match: re.Match[str], today: date) -> date | None:
    number = int(match[1] or match[2])
    last = today.replace(day=1) - timedelta(days=1)
    return _date(today.year, today.month, number, until=today) or _date(last.year, last.month, number)


def _weekday(match: re.Match[str], today: date) -> date:
    name = (match["en"] or match["ms"] or match["zh"]).lower()
    if match["shang"]:
        monday = today - timedelta(days=today.weekday() + 7)
        return monday + timedelta(days=_WEEKDAYS[name])
    back = (today.weekday() - _WEEKDAYS[name]) % 7
    return today - timedelta(days=back or (7 if match["last"] or match["lepas"] else 0))


def _latest(month: int, day: int, today: date) -> date | None:
    """Of this year, or of the one before where it is still to come."""
    return _date(today.year, month, day, until=today) or _date(today.year - 1, month, day)


def _date(year: int, month: int, day: int, *, until: date = date.max) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found <= until else None


_Reader = Callable[[re.Match[str], date], date | None]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_BACK_WORDS, _back),
    (_CHINESE, _chinese),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
    (_OF_MONTH, _of_month),
    (_WEEKDAY, _weekday),
    (_SLASHED, _slashed),
)
