"""Amounts of money as people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

#: Signs and what they stand for; "" where only the context tells.
SIGNS = {
    "HK$": "HKD",
    "NT$": "TWD",
    "US$": "USD",
    "S$": "SGD",
    "A$": "AUD",
    "RM": "MYR",
    "RMB": "CNY",
    "人民币": "CNY",
    "人民幣": "CNY",
    "新币": "SGD",
    "新幣": "SGD",
    "港币": "HKD",
    "港幣": "HKD",
    "马币": "MYR",
    "馬幣": "MYR",
    "令吉": "MYR",
    "美元": "USD",
    "美金": "USD",
    "元": "",
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "₱": "PHP",
    "฿": "THB",
    "$": "",
}
CODES = (
    "SGD",
    "MYR",
    "HKD",
    "USD",
    "CNY",
    "TWD",
    "EUR",
    "GBP",
    "AUD",
    "THB",
    "IDR",
    "PHP",
    "VND",
    "JPY",
    "MOP",
)
SCALES = {
    "k": 1_000,
    "thousand": 1_000,
    "ribu": 1_000,
    "m": 1_000_000,
    "mil": 1_000_000,
    "million": 1_000_000,
}
SCALES |= {"juta": 1_000_000, "万": 10_000, "萬": 10_000, "千": 1_000}
LARGEST = Decimal("999999999999.99")

# A code is a word of its own; of the signs, the longer ones come first: `HK$` is not `$`.
_CURRENCY = re.compile(
    rf"\b(?:{'|'.join(CODES)})\b|{'|'.join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))}"
)
_SHAPE = re.compile(r"(?P<before>[^\d.,-]*)(?P<number>\d[\d., ']*)(?P<after>\D*)")


class NotMoney(ValueError):
    """The text is no amount that a lead may be worth."""


def parse_money(text: str) -> tuple[Decimal, str]:
    """Amount (two decimals) and ISO currency, "" when none is named. Raises `NotMoney`; debts are none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _SHAPE.fullmatch(plain)
    if match is None:
        raise NotMoney(text)
    words, currency = _take_currency(f"{match['before']} {match['after']}")
    scale = SCALES.get(words, 1 if not words else 0)
    if not scale:
        raise NotMoney(text)
    try:
        amount = (Decimal(_plain_number(match["number"])) * scale).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise NotMoney(text) from error
    if amount > LARGEST:
        raise NotMoney(text)
    return amount, currency


def parse_currency(text: str) -> str:
    """The ISO code of a currency written by code or sign. Raises `NotMoney`."""
    rest, currency = _take_currency(unicodedata.normalize("NFKC", text))
    if rest or not currency:
        raise NotMoney(text)
    return currency


@lru_cache(maxsize=1024)
def _take_currency(text: str) -> tuple[str, str]:
    """What is left of the words without the currency, lower case, and the currency."""
    upper = text.upper()
    found = _CURRENCY.search(upper)
    if found is None:
        return _rest(upper), ""
    sign = found.group()
    return _rest(upper.replace(sign, " ", 1).replace("/-", " ")), SIGNS.get(sign, sign)


def _rest(text: str) -> str:
    return text.strip(" .+-").casefold()


def _plain_number(text: str) -> str:
    """Without grouping: of `,` and `.`, the later one with one or two digits behind it marks decimals."""
    digits = re.sub(r"[ ']", "", text).rstrip(".,")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma > point and (point >= 0 or len(digits) - comma - 1 in (1, 2)):
        return digits.replace(".", "").replace(",", ".")
    if digits.count(".") > 1:
        return digits.replace(".", "").replace(",", "")
    return digits.replace(",", "")
