"""How people write numbers and dates in cells, as expressions of DuckDB over a column of text.

Regular expressions are of RE2. `text` is always an identifier that is quoted already.
"""

from __future__ import annotations

import re
from typing import Literal

from apps.analysis.sandbox import literal

Style = Literal["dot", "comma"]

#: Signs in front of or behind an amount. A bare "$" may be of several countries and stays a "$".
SIGNS = {
    "S$": "SGD", "US$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD", "C$": "CAD", "RM": "MYR", "Rp": "IDR",
    "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "元": "CNY", "RMB": "CNY", "฿": "THB", "₫": "VND",
    "₱": "PHP", "₹": "INR", "₩": "KRW", "$": "$",
}  # fmt: skip
CODES = (
    "SGD", "USD", "HKD", "TWD", "AUD", "CAD", "MYR", "IDR", "EUR", "GBP", "CNY", "CNH", "THB", "VND", "PHP",
    "INR", "KRW", "JPY", "NZD", "CHF", "AED", "SAR", "MOP", "BND", "LKR", "PKR", "BDT", "MMK", "KHR", "SEK",
    "NOK", "DKK", "PLN", "ZAR", "BRL", "MXN",
)  # fmt: skip
#: What stands in a cell that has no value. In a column of text they are words like others.
NOTHING = (
    "n/a",
    "na",
    "#n/a",
    "-",
    "–",
    "—",
    "--",
    "null",
    "none",
    "nil",
    "nan",
    "#div/0!",
    "#value!",
    "#ref!",
)
TRUE = ("true", "yes", "y", "是", "ya")
FALSE = ("false", "no", "n", "否", "tidak")

_SIGN = "|".join(
    re.escape(sign).replace("\\$", "[$]") for sign in sorted((*SIGNS, *CODES), key=len, reverse=True)
)
_SPACE = r" '’\x{00A0}\x{202F}"
_BODY: dict[Style, str] = {
    "dot": rf"(?:\d{{1,3}}(?:[,{_SPACE}]\d{{2,3}})*[,{_SPACE}]\d{{3}}|\d+)(?:\.\d+)?|\.\d+",
    "comma": rf"(?:\d{{1,3}}(?:[.{_SPACE}]\d{{3}})+|\d+)(?:,\d+)?|,\d+",
}
_CORE = rf"[0-9][0-9.,{_SPACE}]*|[.,][0-9]+"
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[+-]\d{2}:?\d{2})?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
#: Families of dates by what stands first.
YEAR_FIRST = rf"\d{{4}}[-/.年]\d{{1,2}}(?:[-/.月]\d{{1,2}}日?{_TIME}|月)?"
NUMBERS_FIRST = rf"\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}}){_TIME}"
_YEAR = r"(?:\d{4}|\d{2})"
NAMED = rf"(?:\d{{1,2}}[ -]?{_MONTH}[ ,-]*{_YEAR}|{_MONTH} ?\d{{1,2}},? \d{{4}}|{_MONTH}[ -]?{_YEAR}){_TIME}"
DATES = {"year_first": YEAR_FIRST, "numbers_first": NUMBERS_FIRST, "named": NAMED}
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p")


def matches(text: str, pattern: str) -> str:
    """Whether the whole cell is of that form."""
    return f"regexp_full_match({text}, {literal(pattern)}, 'i')"


def has_value(text: str) -> str:
    """Whether the cell holds anything, for a column that is not text."""
    return f"({text} <> '' AND lower({text}) NOT IN ({_words(NOTHING)}))"


def is_number(text: str, style: Style) -> str:
    """Whether the cell is a number: with sign, brackets, groups, currency or percent."""
    form = rf"[(]?\s*[-+−]?\s*(?:{_SIGN})?\s*[-+−]?\s*(?:{_BODY[style]})\s*(?:{_SIGN}|%)?\s*-?[)]?"
    return f"({matches(text, form)} AND starts_with({text}, '(') = ends_with({text}, ')'))"


def number_text(text: str, style: Style) -> str:
    """The number as `-1234.5`; NULL where the cell is none."""
    core = f"regexp_extract({text}, {literal(_CORE)})"
    if style == "dot":
        digits = f"regexp_replace({core}, '[^0-9.]', '', 'g')"
    else:
        digits = f"replace(regexp_replace({core}, '[^0-9,]', '', 'g'), ',', '.')"
    negative = f"starts_with({text}, '(') OR regexp_matches({text}, '[-−]')"
    return (
        f"CASE WHEN {is_number(text, style)} THEN CASE WHEN {negative} THEN '-' ELSE '' END || {digits} END"
    )


def currency_of(text: str) -> str:
    """The currency written in the cell, as ISO code; "" without one."""
    sign = f"upper(regexp_extract({text}, {literal(_SIGN)}, 0, 'i'))"
    cases = " ".join(f"WHEN {literal(mark.upper())} THEN {literal(code)}" for mark, code in SIGNS.items())
    return f"CASE {sign} {cases} ELSE {sign} END"


def boolean(text: str) -> str:
    """True, false or NULL."""
    word = f"lower({text})"
    return f"CASE WHEN {word} IN ({_words(TRUE)}) THEN true WHEN {word} IN ({_words(FALSE)}) THEN false END"


def date_part(text: str, number: int) -> str:
    """The first or second number of a date like 3/10/2026."""
    return f"TRY_CAST(regexp_extract({text}, '^(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.]', {number}) AS INTEGER)"


def has_time(text: str) -> str:
    """Whether the cell has a time of day that is not midnight."""
    midnight = f"regexp_matches({text}, '[ T]0{{1,2}}:00(:00([.]0+)?)?$')"
    return f"(regexp_matches({text}, '\\d:\\d\\d') AND NOT {midnight})"


def moment(text: str, *, day_first: bool) -> str:
    """The date and time in the cell; NULL where there is none. A zone is left aside: the clock's time
    stays.
    """
    plain = f"regexp_replace({text}, '(:\\d\\d)[.]\\d+', '\\1')"
    plain = f"regexp_replace({plain}, '(:\\d\\d)(Z|[+-]\\d\\d:?\\d\\d)$', '\\1')"
    plain = f"regexp_replace({plain}, '(\\d)T(\\d)', '\\1 \\2')"
    plain = f"regexp_replace(regexp_replace({plain}, '日', ''), '[/.,年月]+ ?', '-', 'g')"
    plain = f"regexp_replace({plain}, '([a-z])[ -]*(\\d)', '\\1-\\2', 'gi')"
    plain = f"regexp_replace({plain}, '(\\d)[ -]*([a-z]{{3}})', '\\1-\\2', 'gi')"
    plain = f"rtrim({plain}, '-')"
    short = f"regexp_matches({plain}, '-\\d{{2}}( |$)') AND NOT regexp_matches({plain}, '^\\d{{4}}-')"
    return (
        f"CASE WHEN {short} THEN {_parsed(plain, 'y', day_first)} ELSE {_parsed(plain, 'Y', day_first)} END"
    )


def _parsed(text: str, year: str, day_first: bool) -> str:
    numbers = f"%d-%m-%{year}" if day_first else f"%m-%d-%{year}"
    days = [numbers, f"%d-%b-%{year}", f"%d-%B-%{year}", f"%b-%d-%{year}", f"%B-%d-%{year}"]
    months = [f"%b-%{year}", f"%B-%{year}"]
    if year == "Y":
        days, months = ["%Y-%m-%d", *days], ["%Y-%m", *months]
    forms = [day + clock for day in days for clock in _CLOCKS] + months
    return f"try_strptime({text}, [{', '.join(map(literal, forms))}])"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(literal, words))
