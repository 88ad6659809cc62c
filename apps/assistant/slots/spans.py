"""All the spans of days that a sentence names, for questions that compare them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from apps.assistant.slots.periods import MONTHS, RANGE, Span, period
from apps.core.periods import Period

_MALAY = {
    "januari": 1, "februari": 2, "mac": 3, "mei": 5, "jun": 6, "julai": 7, "ogos": 8, "oktober": 10, "disember": 12,  # noqa: E501
}  # fmt: skip
_NAMES = {**_MALAY, **{name: number for number, name in enumerate(MONTHS, 1)}}
_NAMES |= {name[:3]: number for number, name in enumerate(MONTHS, 1) if name != "may"} | {"sept": 9}
_MONTH = re.compile(
    rf"(?<![a-z])({'|'.join(sorted(_NAMES, key=len, reverse=True))})\.?(?![a-z])(?:\s+(20\d\d))?(?!\s*\d)"
    r"|(?:(20\d\d)年)?(?<!\d)(1[0-2]|[1-9])月份?"
)
_MAY = re.compile(
    r"\b(?:in|for|of|during|since|and|with|to|vs|versus|april|june)\s+may\b|\bmay\s+(?:20\d\d|and|with|to|vs)\b"
)
_QUARTER = re.compile(
    r"(?<![a-z])q([1-4])(?:\s*[/-]?\s*(20\d\d))?(?!\d)|(?:(20\d\d)年)?第?([一二三四1-4])季度"
)
_YEAR = re.compile(r"(?<![\d.,/$-])(20\d\d)(?:年(?!\d)|(?![\d年/.-]))")
_NUMERALS = "一二三四"
_BY_NAME = "|".join(sorted(_NAMES | {"may": 5}, key=len, reverse=True))
#: The day stands first in figures, as everywhere in these countries.
_DAY = re.compile(
    rf"(?<!\d)(?P<day_named>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{_BY_NAME})\.?,?\s+(?P<year_named>20\d\d)"
    rf"|(?<![a-z])(?P<name_first>{_BY_NAME})\.?\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year_after>20\d\d)"
    r"|(?<!\d)(?P<iso_year>20\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?!\d)"
    r"|(?<!\d)(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>20\d\d)(?!\d)"
    r"|(?P<zh_year>20\d\d)年(?P<zh_month>\d{1,2})月(?P<zh_day>\d{1,2})[日号]"
)
_YEARS = ("year_named", "year_after", "iso_year", "year", "zh_year")
#: A number behind these is no year.
_AMOUNT = re.compile(
    r"(?:than|over|above|under|below|least|most|exceeding|daripada|melebihi|[<>=]|超过|大于|高于|低于|小于|少于|多于|至少)\s*$"
)


@dataclass(frozen=True)
class NamedSpan:
    """First and last day; `unit` is how the sentence named them: month, quarter, year or ""."""

    first: date
    last: date
    unit: str = ""


def spans(text: str, today: date) -> list[NamedSpan]:
    """Years, quarters and months by name; without any, what `period` finds, such as “last week”."""
    lowered = text.casefold()
    if ends := RANGE.search(lowered):
        found = _from_to(ends[1], ends[2], today)
    else:
        found = _days(lowered) or _named(lowered, today)
    if found:
        return found
    one = period(text, today)
    return [NamedSpan(*one)] if one else []


def _from_to(first: str, last: str, today: date) -> list[NamedSpan]:
    """“From January to March 2025”, “from 2024 to 2025”: one span. The year of the end is that of both."""
    year = _YEAR.search(last)
    if year and not _YEAR.search(first) and _MONTH.search(first):
        first = f"{first} {year[1]}"
    ends = [_days(part) or _named(part, today) for part in (first, last)]
    if not all(len(found) == 1 for found in ends):
        return []
    return [NamedSpan(min(ends[0][0].first, ends[1][0].first), max(ends[0][0].last, ends[1][0].last))]


def _days(text: str) -> list[NamedSpan]:
    """Days written out with their year."""
    found = []
    for match in _DAY.finditer(text):
        parts = match.groupdict()
        month = parts["name"] or parts["name_first"]
        number = _NAMES[month] if month else int(parts["month"] or parts["iso_month"] or parts["zh_month"])
        day = parts["day_named"] or parts["day_after"] or parts["day"] or parts["iso_day"] or parts["zh_day"]
        year = next(parts[name] for name in _YEARS if parts[name])
        try:
            when = date(int(year), number, int(day))
        except ValueError:
            continue
        found.append(NamedSpan(when, when, "day"))
    return list(dict.fromkeys(found))


def _named(text: str, today: date) -> list[NamedSpan]:
    years = [int(match[1]) for match in _YEAR.finditer(text) if not _AMOUNT.search(text[: match.start()])]
    for unit, read in (("month", _months), ("quarter", _quarters)):
        if found := read(text, today, years):
            return [NamedSpan(*span, unit) for span in dict.fromkeys(found)]
    return [NamedSpan(date(year, 1, 1), date(year, 12, 31), "year") for year in dict.fromkeys(years)]


def _months(text: str, today: date, years: list[int]) -> list[Span]:
    found = []
    for match in _MONTH.finditer(text):
        name, year, chinese_year, chinese = match.groups()
        if name == "may" and not _MAY.search(text):
            continue
        number = int(chinese) if chinese else _NAMES[name]
        for in_year in _years(year or chinese_year, years, today, later=number > today.month):
            month = Period.month_of(date(in_year, number, 1))
            found.append((month.start, month.last_day))
    return found


def _quarters(text: str, today: date, years: list[int]) -> list[Span]:
    found = []
    for match in _QUARTER.finditer(text):
        number, year, chinese_year, chinese = match.groups()
        quarter = int(number or (_NUMERALS.index(chinese) + 1 if chinese in _NUMERALS else chinese))
        for in_year in _years(year or chinese_year, years, today, later=quarter * 3 - 2 > today.month):
            span = Period.quarter_of(date(in_year, quarter * 3, 1))
            found.append((span.start, span.last_day))
    return found


def _years(own: str | None, named: list[int], today: date, *, later: bool) -> list[int]:
    """Of the month itself, else of the sentence, else the latest in which it has begun."""
    if own:
        return [int(own)]
    return named or [today.year - later]
