"""Amounts of money on a line of a receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from apps.finance.choices import CURRENCIES

#: Signs that stand for one currency. "$" alone and "¥" do not.
SIGNS = {
    "s$": "SGD", "sg$": "SGD", "us$": "USD", "hk$": "HKD", "a$": "AUD", "nt$": "TWD", "rm": "MYR",
    "rmb": "CNY", "cn¥": "CNY", "元": "CNY", "€": "EUR", "£": "GBP", "rp": "IDR", "฿": "THB", "₱": "PHP",
    "₫": "VND", "円": "JPY",
}  # fmt: skip
_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_CODE = "|".join(sorted(CURRENCIES))
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+,\d{2}|\d+[.,]\d{2}|\d+"
#: Chinese writes its words right beside a number: only these say that it is no amount.
_NO_MORE = r"(?![A-Za-z0-9_%/年月日号时分件个位张份桌人]|[.,:-]\d)"
_AMOUNT = re.compile(
    rf"(?P<before>(?<![A-Za-z])(?:{_CODE}|{_SIGN}|[$¥])\s?)?(?P<minus>-\s?)?(?<![A-Za-z0-9_.,:/-])"
    rf"(?P<bare>{_NUMBER}){_NO_MORE}(?P<after>\s?(?:(?:{_CODE})(?![A-Za-z])|[元円€]))?",
    re.IGNORECASE,
)
#: As above, for a number that stands directly behind its sign.
_GLUED = re.compile(
    rf"(?<![A-Za-z])(?P<sign>{_CODE}|{_SIGN}|[$¥])\s?(?P<minus>-\s?)?(?P<number>{_NUMBER}){_NO_MORE}",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d+(?:\.\d+)?\s?%")


@dataclass(frozen=True)
class Amount:
    """A number with what stands beside it. `currency` is "" when the line does not say."""

    value: Decimal
    currency: str
    has_cents: bool


def amounts_in(line: str) -> list[Amount]:
    """The amounts on a line, left to right; percentages are none."""
    text = _PERCENT.sub(" ", line)
    found: dict[int, Amount] = {}
    for match in _AMOUNT.finditer(text):
        sign = (match["before"] or match["after"] or "").strip()
        found[match.start("bare")] = _amount(match["bare"], sign)
    for match in _GLUED.finditer(text):
        found[match.start("number")] = _amount(match["number"], match["sign"])
    return [found[place] for place in sorted(found)]


def currency_of(sign: str) -> str:
    """The currency that a sign or code means for sure; "" for "$" and the like."""
    known = SIGNS.get(sign.casefold(), "")
    return known or (sign.upper() if sign.upper() in CURRENCIES else "")


def currencies_in(text: str) -> list[str]:
    """Currencies that the text names anywhere beside a number or as a word, the most frequent first."""
    signs = re.findall(
        rf"(?<![A-Za-z])({_SIGN})(?=\s?\d)|(?<![A-Za-z])({_CODE})(?![A-Za-z])", text, re.IGNORECASE
    )
    found = [currency_of(sign or (code if code.isupper() else "")) for sign, code in signs]
    named = [currency for currency in found if currency]
    return sorted(dict.fromkeys(named), key=lambda currency: -named.count(currency))


def _amount(number: str, sign: str) -> Amount:
    plain = number
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}|\d+,\d{2}", number):
        plain = number.replace(".", "").replace(",", ".")
    plain = plain.replace(",", "")
    return Amount(Decimal(plain), currency_of(sign), "." in plain)
