"""Days and times of day that lie ahead, in a sentence: English, Chinese and Malay."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from functools import cache

#: Words of a day, and how many days ahead it is; the longer ones are looked for first.
_NEAR = {
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "today": 0, "tonight": 0,
    "大后天": 3, "后天": 2, "明天": 1, "今天": 0, "今晚": 0,
    "lusa": 2, "esok": 1, "hari ini": 0, "malam ini": 0,
}  # fmt: skip
_WEEKDAYS = (
    r"mon(?:day)?|(?:星期|周|礼拜)一|isnin", r"tue(?:s|sday)?|(?:星期|周|礼拜)二|selasa",
    r"wed(?:nesday)?|(?:星期|周|礼拜)三|rabu", r"thu(?:rs?|rsday)?|(?:星期|周|礼拜)四|khamis",
    r"fri(?:day)?|(?:星期|周|礼拜)五|jumaat", r"sat(?:urday)?|(?:星期|周|礼拜)六|sabtu",
    r"sun(?:day)?|(?:星期|周|礼拜)[日天]|ahad",
)  # fmt: skip
_NEXT = r"(?P<next>next\s+|下(?:个)?)?"
_AFTER = r"(?P<after>\s+(?:next week|depan))?"
_WEEK = re.compile(
    r"\b(this|next) week\b|(这|本|下)(?:个)?(?:周|星期|礼拜)(?![一二三四五六日天])|minggu (ini|depan)"
)
_ISO = re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b")
_CHINESE = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_MONTHS = "jan|feb|mar|mac|apr|may|mei|jun|jul|aug|ogo|sep|oct|okt|nov|dec|dis"
_NUMBERS = {"mac": 3, "mei": 5, "ogo": 8, "okt": 10, "dis": 12} | {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_NAMED = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTHS})[a-z]*\b(?:\s+(20\d\d))?")
_MONTH_FIRST = re.compile(rf"\b({_MONTHS})[a-z]*\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(20\d\d))?")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*(a\.?m\b|p\.?m\b)")
_PLAIN_CLOCK = re.compile(r"\b(?:at\s+|pukul\s+|jam\s+)?([01]?\d|2[0-3]):([0-5]\d)\b")
_AT = re.compile(
    r"\b(?:at|pukul|jam)\s+(\d{1,2})(?:[.:]([0-5]\d))?(?:\s*(pagi|tengah hari|petang|malam))?(?![\d/])"
)
_CHINESE_CLOCK = re.compile(
    r"(?:(早上|上午|中午|下午|晚上|今晚)\s{0,3})?(十[一二]?|[一二两三四五六七八九]|\d{1,2})\s{0,3}点(半|(\d{1,2})分?)?"
)
_CHINESE_HOURS = {name: hour for hour, name in enumerate("一二三四五六七八九", start=1)} | {
    "两": 2, "十": 10, "十一": 11, "十二": 12,
}  # fmt: skip
_LENGTH = re.compile(
    r"(\d{1,3}|half an|an?|one|two|一|两|半|satu|dua|setengah)\s{0,3}(?:个\s{0,3})?"
    r"(hours?|小时|jam|minutes?|mins?|分钟|minit)"
)
_COUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "half an": 0.5, "一": 1.0, "两": 2.0, "半": 0.5} | {
    "satu": 1.0, "dua": 2.0, "setengah": 0.5,
}  # fmt: skip
#: Who says "at 3" means the afternoon; "at 8" the morning.
_FIRST_HOUR = 7

Days = tuple[date, date]


def days_ahead(text: str, today: date) -> Days | None:
    """First and last day of what a sentence names, on a calendar where it is `today`; None for none."""
    lowered = text.casefold()
    for words in sorted(_NEAR, key=len, reverse=True):
        if re.search(rf"(?<![a-z]){words}(?![a-z])", lowered):
            day = today + timedelta(days=_NEAR[words])
            return day, day
    named = _dated(lowered, today) or _weekday(lowered, today)
    return (named, named) if named else _week(lowered, today)


def time_of_day(text: str) -> time | None:
    """The first time that a sentence names; None for none, or one that no clock shows."""
    lowered = text.casefold()
    if found := _CLOCK.search(lowered):
        return _clock(int(found[1]) % 12 + (12 if found[3].startswith("p") else 0), found[2])
    if found := _PLAIN_CLOCK.search(lowered):
        return _clock(int(found[1]), found[2])
    if found := _CHINESE_CLOCK.search(lowered):
        hour = int(found[2]) if found[2].isdigit() else _CHINESE_HOURS[found[2]]
        minutes = "30" if found[3] == "半" else found[4]
        return _clock(_in_part(hour, found[1] or ""), minutes)
    if found := _AT.search(lowered):
        return _clock(_in_part(int(found[1]), found[3] or ""), found[2])
    return None


def length(text: str) -> timedelta | None:
    """How long something takes: "30 minutes", "half an hour", "两小时"; None when it is not said."""
    found = _LENGTH.search(text.casefold())
    if found is None:
        return None
    count = _COUNTS[found[1]] if found[1] in _COUNTS else float(found[1])
    is_hours = found[2].startswith(("hour", "jam", "小时"))
    return timedelta(hours=count) if is_hours else timedelta(minutes=count)


def _dated(text: str, today: date) -> date | None:
    if found := _ISO.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _CHINESE.search(text):
        return _coming(today, int(found[1]), int(found[2]))
    if found := _NAMED.search(text):
        return _coming(today, _NUMBERS[found[2]], int(found[1]), found[3])
    if found := _MONTH_FIRST.search(text):
        return _coming(today, _NUMBERS[found[1]], int(found[2]), found[3])
    return None


def _coming(today: date, month: int, day: int, year: str | None = None) -> date | None:
    """Without a year, the next day of that name."""
    if year:
        return _date(int(year), month, day)
    found = _date(today.year, month, day)
    return found if found is None or found >= today else _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(text: str, today: date) -> date | None:
    """The next day of that name; "next Friday" is the one of the week after this."""
    for number, pattern in enumerate(_weekday_patterns()):
        if found := pattern.search(text):
            ahead = (number - today.weekday()) % 7
            day = today + timedelta(days=ahead)
            if (found["next"] or found["after"]) and ahead + today.weekday() < 7:
                day += timedelta(days=7)
            return day
    return None


@cache
def _weekday_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![a-z]){_NEXT}(?:{name})(?![a-z]){_AFTER}") for name in _WEEKDAYS)


def _week(text: str, today: date) -> Days | None:
    found = _WEEK.search(text)
    if found is None:
        return None
    monday = today - timedelta(days=today.weekday())
    if {"next", "下", "depan"} & set(filter(None, found.groups())):
        return monday + timedelta(days=7), monday + timedelta(days=13)
    return today, monday + timedelta(days=6)


def _in_part(hour: int, part: str) -> int:
    """An hour of twelve in a part of the day; without one, in the hours of work."""
    if part in {"早上", "上午", "pagi"}:
        return hour % 12
    if part in {"下午", "晚上", "今晚", "中午", "petang", "malam", "tengah hari"}:
        return hour if hour >= 12 or (part in {"中午", "tengah hari"} and hour > 10) else hour + 12
    return hour + 12 if hour < _FIRST_HOUR and hour > 0 else hour


def _clock(hour: int, minutes: str | None) -> time | None:
    try:
        return time(hour, int(minutes or 0))
    except ValueError:
        return None
