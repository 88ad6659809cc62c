"""Spans of days in a sentence."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from apps.core.periods import Period

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
#: Where Malay differs from English; “Mac” is taken only with a word before or a year after it.
MALAY_MONTHS = {
    "januari": 1, "februari": 2, "mac": 3, "mei": 5, "jun": 6, "julai": 7, "ogos": 8, "oktober": 10,
    "okt": 10, "disember": 12, "dis": 12,
}  # fmt: skip
CHINESE_NUMBERS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
MONTH = "|".join([*(f"{name}|{name[:3]}" for name in MONTHS), *sorted(MALAY_MONTHS, key=len, reverse=True)])
#: Months that are also another word, and what has to stand before them unless a year follows.
AMBIGUOUS = {"may": "in|for|of|during|since", "mac": "bulan|pada|bagi|untuk|sejak", "dis": "bulan|bagi"}
NAMED = {
    "today": (0, "day"), "今天": (0, "day"), "hari ini": (0, "day"),
    "yesterday": (1, "day"), "昨天": (1, "day"), "semalam": (1, "day"),
    "this week": (0, "week"), "本周": (0, "week"), "minggu ini": (0, "week"),
    "last week": (1, "week"), "上周": (1, "week"), "minggu lepas": (1, "week"), "previous week": (1, "week"),
    "this month": (0, "month"), "本月": (0, "month"), "bulan ini": (0, "month"),
    "last month": (1, "month"), "上个月": (1, "month"), "上月": (1, "month"), "bulan lepas": (1, "month"),
    "这个月": (0, "month"), "bulan lalu": (1, "month"), "previous month": (1, "month"),
    "this quarter": (0, "quarter"), "本季度": (0, "quarter"), "这个季度": (0, "quarter"),
    "本季": (0, "quarter"), "suku tahun ini": (0, "quarter"), "suku ini": (0, "quarter"),
    "last quarter": (1, "quarter"), "previous quarter": (1, "quarter"), "上季度": (1, "quarter"),
    "上个季度": (1, "quarter"), "上一季度": (1, "quarter"), "上季": (1, "quarter"),
    "suku tahun lepas": (1, "quarter"), "suku tahun lalu": (1, "quarter"), "suku lepas": (1, "quarter"),
    "this year": (0, "year"), "今年": (0, "year"), "tahun ini": (0, "year"),
    "last year": (1, "year"), "去年": (1, "year"), "tahun lepas": (1, "year"), "tahun lalu": (1, "year"),
}  # fmt: skip
LAST_N = re.compile(r"\b(?:last|past|previous)\s+(\d{1,3})\s+(day|week|month)s?\b")
QUARTER = re.compile(r"\bq([1-4])(?:\s*[/-]?\s*(20\d\d)|\s+(?:of\s+)?(last|this) year)?\b")
_THIS_YEAR, _LAST_YEAR = frozenset({"今", "this", "ini"}), frozenset({"去", "last", "lepas", "lalu"})
CHINESE_QUARTER = re.compile(r"(?:(20\d\d|今|去)\s*年\s*的?)?第?([一二三四1-4])\s*季度?")
MALAY_QUARTER = re.compile(
    r"\bsuku(?:\s+tahun)?\s+(pertama|kedua|ketiga|keempat|[1-4])\b(?:\s+(?:tahun\s+)?(20\d\d|ini|lepas|lalu)\b)?"
)
MALAY_ORDINALS = ["pertama", "kedua", "ketiga", "keempat"]
CHINESE_MONTH = re.compile(
    r"(?:(20\d\d|今|去)\s*年\s*)?(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份|(?!\s*\d))"
)
MONTH_OF = re.compile(rf"\b({MONTH})\b\.?(?:\s+(20\d\d))?(?!\s*\d)")
RANGE = re.compile(
    r"\b(?:from|between)\s{1,3}(\S.{2,24}?)\s{1,3}(?:to|until|till|and|-)\s{1,3}(\S.{2,24}?)"
    r"(?=$|[,.;?!]|\s{1,3}(?:for|please)\b)"
)
WEEK_OF = re.compile(r"\bweek (?:of|starting|from)\s{1,3}(\S.{2,24}?)(?=$|[,.;?!])")
ISO = re.compile(r"\b(20\d\d-\d\d-\d\d)\b")
WRITTEN_OUT = re.compile(r"20\d\d-\d{1,2}-\d{1,2}")

Span = tuple[date, date]


def period(text: str, today: date) -> Span | None:
    """First and last day of the span that a sentence names, on a calendar where it is `today`."""
    lowered = text.casefold()
    for reader in (_range, _week_of, _numbered, _quarter, _named, _last_n, _iso, _month):
        if found := reader(lowered, today):
            return found
    return None


def _named(text: str, today: date) -> Span | None:
    for words in sorted(NAMED, key=len, reverse=True):
        if re.search(rf"(?<![a-z]){re.escape(words)}(?![a-z])", text):
            back, unit = NAMED[words]
            return _unit(unit, back, today)
    return None


def _numbered(text: str, today: date) -> Span | None:
    """`2026年10月`, `第三季度`, `suku ketiga 2026`: read before “去年” alone is taken for the year."""
    if match := CHINESE_QUARTER.search(text):
        year, number = match.groups()
        return _quarter_of(_number(number), _year(year, today), today)
    if match := MALAY_QUARTER.search(text):
        word, year = match.groups()
        number = MALAY_ORDINALS.index(word) + 1 if word in MALAY_ORDINALS else int(word)
        return _quarter_of(number, _year(year, today), today)
    if match := CHINESE_MONTH.search(text):
        year, number = match.groups()
        return _month_span(_number(number), _year(year, today), today)
    return None


def _year(said: str | None, today: date) -> int | None:
    """“2025”, “今” or “last” as a number; None where nothing was said."""
    if said in _THIS_YEAR | _LAST_YEAR:
        return today.year - (said in _LAST_YEAR)
    return int(said) if said else None


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() else CHINESE_NUMBERS.index(digits) + 1


def _month_span(number: int, year: int | None, today: date) -> Span:
    """Without a year, the latest one that has begun."""
    found = Period.month_of(date(year or today.year - (number > today.month), number, 1))
    return found.start, found.last_day


def _unit(unit: str, back: int, today: date) -> Span:
    if unit == "day":
        day = today - timedelta(days=back)
        return day, day
    if unit == "week":
        week = Period.week_of(today - timedelta(weeks=back))
        return week.start, week.last_day
    if unit == "month":
        found = Period.month_of(today)
        for _ in range(back):
            found = found.previous()
        return found.start, found.last_day
    if unit == "quarter":
        index = today.year * 4 + (today.month - 1) // 3 - back
        return _quarter_span(index // 4, index % 4 + 1)
    year = today.year - back
    return date(year, 1, 1), date(year, 12, 31)


def _last_n(text: str, today: date) -> Span | None:
    if not (match := LAST_N.search(text)):
        return None
    count, unit = int(match.group(1)), match.group(2)
    length = count * {"day": 1, "week": 7, "month": 30}[unit]
    return today - timedelta(days=max(length, 1) - 1), today


def _quarter(text: str, today: date) -> Span | None:
    if not (match := QUARTER.search(text)):
        return None
    return _quarter_of(int(match[1]), _year(match[2] or match[3], today), today)


def _quarter_of(quarter: int, year: int | None, today: date) -> Span:
    """Without a year, the latest one that has begun: “Q4” in February is that of last year."""
    return _quarter_span(year or today.year - (quarter * 3 - 2 > today.month), quarter)


def _quarter_span(year: int, quarter: int) -> Span:
    first = date(year, quarter * 3 - 2, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)


def _month(text: str, today: date) -> Span | None:
    """A named month; without a year, the latest one that has begun. "may" alone is rarely the month."""
    for match in MONTH_OF.finditer(text):
        name, year = match.groups()
        before = AMBIGUOUS.get(name)
        if before and not year and not re.search(rf"\b(?:{before})\s+{name}\b", text):
            continue
        number = MALAY_MONTHS.get(name) or next(
            index for index, month in enumerate(MONTHS, 1) if month.startswith(name[:3])
        )
        return _month_span(number, int(year) if year else None, today)
    return None


def _range(text: str, today: date) -> Span | None:
    if not (match := RANGE.search(text)):
        return None
    first, last = (_day(part, today) for part in match.groups())
    return (min(first, last), max(first, last)) if first and last else None


def _week_of(text: str, today: date) -> Span | None:
    if not (match := WEEK_OF.search(text)) or not (day := _day(match.group(1), today)):
        return None
    week = Period.week_of(day)
    return week.start, week.last_day


def _iso(text: str, today: date) -> Span | None:
    days = [found for found in (_day(part, today) for part in ISO.findall(text)) if found]
    return (min(days), max(days)) if days else None


def _day(text: str, today: date) -> date | None:
    if WRITTEN_OUT.fullmatch(text.strip()):
        # The parser would take 2026-13-01 for 13 January.
        return _iso_day(text.strip())
    # Slow to import, and few sentences hold a date that is not named above.
    import dateparser

    parsed = dateparser.parse(
        text,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, datetime.min.time()),
            "DATE_ORDER": "DMY",
            "PREFER_DATES_FROM": "past",
        },
    )
    return parsed.date() if parsed else None


def _iso_day(text: str) -> date | None:
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        return None
