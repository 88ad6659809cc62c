"""Money and numbers of days in a sentence."""

from __future__ import annotations

import re
from decimal import Decimal

CURRENCIES = {
    "s$": "SGD", "sgd": "SGD", "us$": "USD", "usd": "USD", "hk$": "HKD", "hkd": "HKD", "rm": "MYR",
    "myr": "MYR", "rmb": "CNY", "cny": "CNY", "¥": "CNY", "元": "CNY", "€": "EUR", "eur": "EUR", "$": "SGD",
}  # fmt: skip
SIGN = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
NUMBER = (
    r"(?<!\d)(?<!\d,)(\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)"
    r"(?:\s{0,3}(k|million|mil|m|thousand|万))?"
)
BEFORE = re.compile(rf"(?<![a-z])({SIGN})\s*{NUMBER}(?![\w])", re.IGNORECASE)
AFTER = re.compile(rf"{NUMBER}\s*({SIGN})(?![a-z])", re.IGNORECASE)
SCALE = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mil": 1_000_000, "million": 1_000_000, "万": 10_000}

WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90,
    "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "dua": 2, "satu": 1, "tiga": 3, "seminggu": 1,
}  # fmt: skip
UNITS = {
    "day": 1, "hari": 1, "天": 1, "week": 7, "minggu": 7, "周": 7, "星期": 7, "fortnight": 14,
    "month": 30, "bulan": 30, "个月": 30, "quarter": 90, "year": 365, "tahun": 365, "年": 365,
}  # fmt: skip
SPAN = re.compile(
    rf"(?<![a-z])(\d{{1,4}}|{'|'.join(sorted(WORDS, key=len, reverse=True))})?\s*-?(?:个)?"
    rf"({'|'.join(sorted(UNITS, key=len, reverse=True))})s?(?![a-z])",
    re.IGNORECASE,
)


def money(text: str) -> dict[str, str] | None:
    """The first amount with a currency sign or code, as `{amount, currency}`; "$" alone is SGD."""
    if match := BEFORE.search(text):
        sign, number, scale = match.groups()
    elif match := AFTER.search(text):
        number, scale, sign = match.groups()
    else:
        return None
    amount = Decimal(number.replace(",", "")) * SCALE.get((scale or "").lower(), 1)
    return {"amount": f"{amount:.2f}", "currency": CURRENCIES[sign.lower()]}


def days(text: str, *, bare: bool = False) -> int | None:
    """A length of time in days: "two weeks" is 14, "a month" 30. `bare`: a number alone counts as days."""
    for match in SPAN.finditer(text):
        amount, unit = match.groups()
        if amount is None and not bare and unit.lower() != "fortnight":
            continue
        count = 1 if amount is None else WORDS.get(amount.lower()) or int(amount)
        return min(count * UNITS[unit.lower()], 3650)
    if bare and (number := re.fullmatch(r"\s*(\d{1,4})\s*", text)):
        return min(int(number.group(1)), 3650)
    return None
