"""The facts of a receipt or an invoice, found by the words around them: no guessing of amounts.

What stands there in a way that could be read differently is named in `guesses`; what was not found is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.finance.choices import HOUSE_CURRENCY
from apps.finance.receipts.amounts import Amount, amounts_in, currencies_in
from apps.finance.receipts.days import days_in

MAX_LINES = 400
#: What the sum to pay is called, the surest words first.
_TOTALS = (
    (
        r"grand\s+total|total\s+(?:amount\s+)?(?:due|payable|paid)|amount\s+(?:due|payable|paid)|balance\s+due|"
        r"net\s+total|total\s+(?:incl|including)\b|jumlah\s+(?:besar|keseluruhan|perlu\s+dibayar)|"
        r"应付(?:金额|总额)?|实付(?:金额)?|价税合计"
    ),
    r"\btotal\b|\bjumlah\b|合计|总计|总额|总金额",
)
_NO_TOTAL = re.compile(
    r"sub\s*-?\s*total|subtotal|total\s+(?:qty|quantity|items?|savings?|discount|tax|gst|vat|sst|before|excl)|"
    r"jumlah\s+kecil|小计|税额合计|合计税额",
    re.IGNORECASE,
)
_TAX = re.compile(
    r"(?<![A-Za-z])(?:gst|vat|sst|sales\s+tax|service\s+tax|tax|cukai)(?![A-Za-z])|消费税|增值税|税额",
    re.IGNORECASE,
)
_NO_TAX = re.compile(
    r"tax\s+invoice|(?:gst|vat|sst|tax)\s*(?:reg|registration|no\b|number|id\b|#)|(?:before|excl\w*|without)\s+(?:tax|gst|vat)|total",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:(?:tax\s+)?invoice|receipt|bill|inv|order|booking|transaction|trans|resit|invois)\s*"
    r"(?:no\b|number|num\b|id\b|#|nombor)\s*[.:#]*\s*(?P<a>[A-Za-z0-9][A-Za-z0-9/_-]{2,40})"
    r"|(?:no\.?|nombor)\s+(?:resit|invois)\s*[.:]*\s*(?P<b>[A-Za-z0-9][A-Za-z0-9/_-]{2,40})"
    r"|(?:发票号码?|收据号码?|单号|订单号)\s*[::]?\s*(?P<c>[A-Za-z0-9][A-Za-z0-9/_-]{2,40})"
    r"|\b(?:invoice|receipt|inv)\s*[:#]\s*(?P<d>[A-Za-z0-9/_-]*\d[A-Za-z0-9/_-]{2,40})",
    re.IGNORECASE,
)
_MERCHANT = re.compile(
    r"^(?:from|vendor|seller|sold\s+by|merchant|supplier|issued\s+by|billed\s+by|daripada|商户|商家|销售方|卖方)\s*[::]\s*(.{2,120})$",
    re.IGNORECASE,
)
_NO_MERCHANT = re.compile(
    r"^(?:tax\s+)?(?:invoice|receipt|bill|resit|invois|cash\s+sale|official\s+receipt|copy|original|page\b.*|"
    r"welcome.*|thank.*|发票|收据|小票|date\b.*|tel\b.*|www\..*|https?:.*|.*@.*)$",
    re.IGNORECASE,
)
_DATE_WORD = re.compile(r"date|dated|tarikh|日期|issued|paid\s+on", re.IGNORECASE)
_NO_DATE = re.compile(r"due|expir|valid|until|delivery|tempoh|到期", re.IGNORECASE)


@dataclass
class Receipt:
    """What was found. `total` includes the tax; `currency` is "" when the receipt does not tell."""

    merchant: str = ""
    day: date | None = None
    total: Decimal | None = None
    currency: str = ""
    tax: Decimal | None = None
    number: str = ""
    guesses: list[str] = field(default_factory=list)

    @property
    def unread(self) -> list[str]:
        """The names of what was not found."""
        found = {"merchant": self.merchant, "date": self.day, "total": self.total, "currency": self.currency}
        return [name for name, value in found.items() if not value]


def read_text(text: str, *, today: date) -> Receipt:
    """The facts of the receipt in `text`; days after `today` cannot be its own."""
    lines = [" ".join(line.split()) for line in text.splitlines()[:MAX_LINES]]
    lines = [line for line in lines if line]
    receipt = Receipt(merchant=_merchant(lines), number=_number(lines))
    _read_day(receipt, lines, today)
    _read_total(receipt, lines)
    _read_currency(receipt, text)
    _read_tax(receipt, lines)
    return receipt


def _merchant(lines: Sequence[str]) -> str:
    for line in lines:
        if match := _MERCHANT.match(line):
            return match.group(1).strip(" .,:")
    for line in lines[:8]:
        letters = sum(char.isalpha() for char in line)
        if letters >= 2 and letters >= len(line) / 3 and not _says_something_else(line):
            return line.strip(" *=-_.,:#")[:200]
    return ""


def _says_something_else(line: str) -> bool:
    return bool(_NO_MERCHANT.match(line) or _NUMBER.search(line) or any(days_in(line)))


def _number(lines: Sequence[str]) -> str:
    for line in lines:
        for match in _NUMBER.finditer(line):
            found = next(group for group in match.groups() if group)
            if any(char.isdigit() for char in found):
                return found
    return ""


def _read_day(receipt: Receipt, lines: Sequence[str], today: date) -> None:
    """The day beside a word for it, else the first one; never one that is to come."""
    found = [(line, day, unsure) for line in lines for day, unsure in days_in(line) if day <= today]
    own = [item for item in found if not _NO_DATE.search(item[0])]
    named = [item for item in own if _DATE_WORD.search(item[0])]
    chosen = next(iter(named or own or found), None)
    if chosen is None:
        return
    receipt.day = chosen[1]
    if chosen[2]:
        receipt.guesses.append(f"The date was read as day/month/year: {chosen[1]:%-d %B %Y}.")


def _read_total(receipt: Receipt, lines: Sequence[str]) -> None:
    for words in _TOTALS:
        candidates = list(_labelled(lines, re.compile(words, re.IGNORECASE)))
        if not candidates:
            continue
        best = candidates[-1]
        receipt.total, receipt.currency = best.value.quantize(Decimal("0.01")), best.currency
        if len({amount.value for amount in candidates}) > 1:
            receipt.guesses.append("There is more than one total on it; the last one was taken.")
        return


def _labelled(lines: Sequence[str], words: re.Pattern[str]) -> Iterator[Amount]:
    """The last amount behind the words, or alone on the next line."""
    for place, line in enumerate(lines):
        match = words.search(line)
        if not match or _NO_TOTAL.search(line):
            continue
        amounts = amounts_in(line[match.end() :])
        if not amounts and place + 1 < len(lines):
            following = amounts_in(lines[place + 1])
            alone = not re.search(r"[A-Za-z]{4,}", lines[place + 1])
            amounts = following if alone else []
        amounts = [amount for amount in amounts if amount.value > 0]
        if amounts:
            yield next((amount for amount in reversed(amounts) if amount.has_cents), amounts[-1])


def _read_currency(receipt: Receipt, text: str) -> None:
    if receipt.currency or receipt.total is None:
        return
    named = currencies_in(text)
    if named:
        receipt.currency = named[0]
        if len(named) > 1:
            receipt.guesses.append(f"It names several currencies ({', '.join(named)}); {named[0]} was taken.")
    elif "$" in text:
        receipt.currency = HOUSE_CURRENCY
        receipt.guesses.append(f"It only says $, which was taken for {HOUSE_CURRENCY}.")


def _read_tax(receipt: Receipt, lines: Sequence[str]) -> None:
    """The amount of tax; it must be less than the total."""
    for line in lines:
        match = _TAX.search(line)
        if not match or _NO_TAX.search(line):
            continue
        amounts = [amount for amount in amounts_in(line[match.end() :]) if amount.has_cents]
        if amounts and (receipt.total is None or amounts[-1].value < receipt.total):
            receipt.tax = amounts[-1].value
            return
