"""The period of a statement in a sentence: years, quarters, halves and runs of months, in three languages."""

from __future__ import annotations

import re
from datetime import date

from apps.assistant.slots.periods import CHINESE_NUMBERS, MALAY_MONTHS, MONTHS, Span
from apps.assistant.slots.spans import spans
from apps.core.periods import Period
from apps.core.sentences import sentence
from apps.finance.words.days import typed_day

_NAMES = {
    **{name: number for number, name in enumerate(MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(MONTHS, 1)},
    **MALAY_MONTHS,
    "sept": 9,
}
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
_TO = r"\s*(?:-|–|to|until|till|through|hingga|sampai|ke|到|至)\s*"
#: “January to March 2026”; with a day before or behind it, it is another span.
_MONTHS = re.compile(
    rf"(?<![a-z\d])(?<!\d\s)(?P<first>{_NAME}|\d{{1,2}}月)\.?(?:\s+(?P<from>20\d\d))?{_TO}"
    rf"(?P<last>{_NAME}|\d{{1,2}}月)\.?(?![a-z])(?:份)?(?!\s*\d{{1,2}}(?!\d))(?:\s+(?P<until>20\d\d))?"
)
_HALF = re.compile(r"\bh([12])\b")
_QUARTER_WORDS = (
    (1, r"first|1st|pertama"), (2, r"second|2nd|kedua"), (3, r"third|3rd|ketiga"), (4, r"fourth|4th|keempat"),
)  # fmt: skip
_PART = re.compile(rf"\b[qh][1-4]\b|(?<![a-z])(?:{_NAME})(?![a-z])|\d月")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def statement_period(text: str, today: date) -> Span | None:
    """First and last day of the period that a sentence wants a statement of, where it is `today`.

    What has no year is the latest that has begun. Of several periods that are compared, it is the first: the
    statement holds the one before it anyway.
    """
    text = sentence(text)
    plain = _plain(text, today)
    if match := _MONTHS.search(plain):
        return _months(match, plain, today)
    if match := _HALF.search(plain):
        return _half(int(match[1]), _year_in(plain), today)
    if days := _days(text, today):
        return days
    found = spans(plain, today)
    return (found[0].first, found[0].last) if found else None


def _days(text: str, today: date) -> Span | None:
    """One day, or from one to another: “1 Oct to 15 Oct”."""
    first = typed_day(text, today)
    if first is None:
        return None
    last = typed_day(text[first.end :], today)
    if last is None:
        return first.day, first.day
    between = text[first.end : first.end + last.start].casefold()
    is_span = re.fullmatch(rf"(?:{_TO}|\s*and\s*)", between)
    return (min(first.day, last.day), max(first.day, last.day)) if is_span else (first.day, first.day)


def _plain(text: str, today: date) -> str:
    """Quarters as “q3”, halves as “h1”, Chinese months and years in digits, the “last year” of a part as its
    number.
    """
    plain = text.casefold()
    for number, words in _QUARTER_WORDS:
        called = rf"\b(?:{words})\s+quarter\b|\bsuku(?:\s+tahun)?\s+(?:{words}|{number})\b"
        plain = re.sub(called, f"q{number}", plain)
    plain = re.sub(r"第?([一二三四1-4])\s*季度?", lambda found: f" q{_digit(found[1])} ", plain)
    plain = re.sub(r"\bfirst half\b|上半年|\bseparuh (?:tahun )?pertama\b", " h1 ", plain)
    plain = re.sub(r"\bsecond half\b|下半年|\bseparuh (?:tahun )?kedua\b", " h2 ", plain)
    plain = re.sub(r"(十[一二]?|[一二三四五六七八九])月", lambda found: f"{_digit(found[1])}月", plain)
    plain = re.sub(r"\bfy\s*(20\d\d)\b", r"\1", plain)
    plain = plain.replace("前年", f" {today.year - 2} ")
    plain = re.sub(r"(20\d\d)\s*年", r" \1 ", plain)
    if _PART.search(plain):
        plain = re.sub(r"\blast year\b|去年|\btahun (?:lepas|lalu)\b", f" {today.year - 1} ", plain)
        plain = re.sub(r"\bthis year\b|今年|\btahun ini\b", f" {today.year} ", plain)
    return plain


def _digit(numeral: str) -> int:
    return int(numeral) if numeral.isascii() else CHINESE_NUMBERS.index(numeral) + 1


def _year_in(plain: str) -> int | None:
    match = _YEAR.search(plain)
    return int(match[1]) if match else None


def _months(match: re.Match[str], plain: str, today: date) -> Span:
    """From the first to the last month; over New Year when the last comes before the first."""
    first, last = (_number(match[name]) for name in ("first", "last"))
    until = int(match["until"] or 0) or (None if match["from"] else _year_in(plain))
    if until is None:
        until = int(match["from"]) + (last < first) if match["from"] else today.year - (last > today.month)
    began = int(match["from"]) if match["from"] else until - (last < first)
    return date(began, first, 1), Period.month_of(date(until, last, 1)).last_day


def _number(month: str) -> int:
    return _NAMES[month] if month in _NAMES else int(month.removesuffix("月"))


def _half(half: int, year: int | None, today: date) -> Span:
    begins = 1 if half == 1 else 7
    in_year = year or today.year - (begins > today.month)
    return date(in_year, begins, 1), date(in_year, 6, 30) if half == 1 else date(in_year, 12, 31)
