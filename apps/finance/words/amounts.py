"""The amount of money in a sentence that somebody typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from apps.finance.choices import CURRENCIES, HOUSE_CURRENCY
from apps.finance.receipts.amounts import SIGNS

#: How people call currencies; the longest word wins. "$", "dollars" and 元 say no currency for sure.
_CALLED = {
    "singapore dollar": "SGD", "sing dollar": "SGD", "新加坡元": "SGD", "新元": "SGD", "新币": "SGD",
    "坡币": "SGD",
    "us dollar": "USD", "美元": "USD", "美金": "USD", "ringgit": "MYR", "马币": "MYR", "令吉": "MYR",
    "港币": "HKD", "港元": "HKD", "人民币": "CNY", "欧元": "EUR", "euro": "EUR", "日元": "JPY", "yen": "JPY",
    "英镑": "GBP", "rupiah": "IDR", "baht": "THB", "泰铢": "THB",
    "dollar": "", "dolar": "", "buck": "", "块钱": "", "块": "", "元": "", "$": "", "¥": "",
}  # fmt: skip
#: Codes that people write small; the others are also words ("all 20 pens"), and count in capitals only.
_SMALL = {
    "sgd", "usd", "myr", "hkd", "cny", "eur", "gbp", "aud", "jpy", "idr", "thb", "inr", "twd", "php", "vnd",
    "krw", "chf", "nzd", "cad", "rmb",
}  # fmt: skip
_SIGNS = {**SIGNS, **_CALLED, "rmb": "CNY"}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_CODE = "|".join(sorted(CURRENCIES))
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+,\d{2}|\d+[.,]\d{1,2}|\d+"
_SCALE = {
    "k": 1_000, "thousand": 1_000, "ribu": 1_000, "千": 1_000, "万": 10_000, "m": 1_000_000, "mil": 1_000_000,
    "million": 1_000_000, "juta": 1_000_000,
}  # fmt: skip
#: More digits than any amount of the ledger has: such a number is not taken, and the amount is asked for.
_MOST_DIGITS = 15
NO_CURRENCY = f"No currency was named: {HOUSE_CURRENCY} was taken."
_SCALES = "|".join(sorted(_SCALE, key=len, reverse=True))
_MONEY = re.compile(
    rf"(?:(?<![A-Za-z])(?P<before>{_CODE}|{_SIGN})\s?|(?<![A-Za-z0-9_.,:/-]))"
    rf"(?P<number>{_NUMBER})(?:\s?(?P<scale>{_SCALES})(?![A-Za-z]))?(?![A-Za-z0-9_%/]|[.,:-]\d)"
    rf"(?P<after>\s?(?:(?:{_CODE})|(?:{_SIGN})s?)(?![A-Za-z]))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TypedAmount:
    """An amount as it was typed. `currency` is "" when nothing says it for sure; `sign` is what was written
    for it. `start` and `end` are where it stands in the sentence.
    """

    value: Decimal
    currency: str
    sign: str
    start: int
    end: int
    is_plain: bool


def typed_amount(text: str) -> TypedAmount | None:
    """The amount that a sentence is about: the first with a currency, else the first with cents, else the
    only number. None when there is no amount, more than one that it could be, or one beyond any ledger.
    """
    matches = list(_MONEY.finditer(text))
    if any(_scaled(match).adjusted() >= _MOST_DIGITS for match in matches):
        return None
    found = [amount for amount in map(_read, matches) if amount.value > 0]
    with_sign = [amount for amount in found if amount.sign]
    with_cents = [amount for amount in found if not amount.is_plain]
    if first := next(iter(with_sign or with_cents), None):
        return first
    return found[0] if len(found) == 1 else None


def currency_note(amount: TypedAmount) -> str:
    """What was taken for the currency, where the sentence left it open; "" where it did not."""
    if amount.currency:
        return ""
    if amount.sign:
        return f"It only says “{amount.sign}”, which was taken for {HOUSE_CURRENCY}."
    return NO_CURRENCY


def _read(match: re.Match[str]) -> TypedAmount:
    before, after = (_sign(match[name]) for name in ("before", "after"))
    sign = before or after
    return TypedAmount(
        value=_scaled(match).quantize(Decimal("0.01")),
        currency=_currency(sign),
        sign=sign,
        start=match.start() if before else match.start("number"),
        end=match.end() if after else match.end("scale" if match["scale"] else "number"),
        is_plain=not match["scale"] and not re.search(r"[.,]\d{1,2}$", match["number"]),
    )


def _scaled(match: re.Match[str]) -> Decimal:
    return _value(match["number"]) * _SCALE.get((match["scale"] or "").lower(), 1)


def _sign(written: str | None) -> str:
    """As it was written; "" for a word that only looks like a code."""
    sign = (written or "").strip()
    is_code = sign.upper() in CURRENCIES
    return "" if is_code and not sign.isupper() and sign.lower() not in _SMALL else sign


def _currency(sign: str) -> str:
    lowered = sign.lower()
    known = _SIGNS.get(lowered) or _SIGNS.get(lowered.removesuffix("s"), "")
    return known or (sign.upper() if sign.upper() in CURRENCIES else "")


def _value(number: str) -> Decimal:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}|\d+,\d{1,2}", number):
        number = number.replace(".", "").replace(",", ".")
    return Decimal(number.replace(",", ""))
