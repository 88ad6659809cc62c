"""Amounts of money near the name of a plan or add-on that are not in the price book."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from apps.brand.findings import Finding
from apps.brand.rules import Rules, Severity
from apps.knowledge import selectors
from apps.knowledge.catalogue import AddOn, Plan, Pricing

_HOUSE = r"(?:SGD|S\$|SG\$|(?<![A-Za-z])\$|新币|新幣|新元)"
#: Other currencies: the book has none of their prices, whatever the number.
_FOREIGN = (
    r"(?:US\$|HK\$|NT\$|A\$|USD|MYR|RM|HKD|EUR|GBP|CNY|RMB|IDR|THB|AUD|TWD|PHP|VND|€|£|¥|￥|ringgit"
    "|美元|人民币|港币|令吉)"
)
_CURRENCY = rf"(?:{_FOREIGN}|{_HOUSE})"
_NUMBER = (
    r"\d{1,3}(?:[,'’\u00a0\u202f ]\d{3}){1,6}(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3}){1,6}(?:,\d{1,2})?"
    r"|(?<!\d)\d++(?:[.,]\d{1,2})?(?![\d.,]{0,40}\d)"
)
_PRICE = rf"(?:{_NUMBER})(?:\s?k\b)?"
#: Behind the first amount of a range stands another: “SGD 249–299”.
_MONEY = re.compile(
    rf"(?P<sign>{_CURRENCY})\s*(?P<before>{_PRICE})"
    rf"(?:\s*(?:-|–|—|to|until|and|至|到|hingga)\s*(?:{_CURRENCY}\s*)?(?P<until>{_PRICE}))?"
    rf"|(?P<after>{_PRICE})\s*(?P<code>(?:SGD|USD|MYR|HKD|EUR|GBP|RMB)\b|新币|新幣|新元|美元|人民币|港币|令吉)"
    rf"|(?<![\d.,])(?P<bare>{_PRICE})(?=\s*(?:/|(?:a|per)\s)\s*(?:mo|month|yr|year)\b|\s*(?:sebulan|setahun)\b)",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(
    r"(?P<percent>\d{1,3}(?:\.\d{1,2})?)\s*(?:%|per ?cent|peratus)\s*(?:off\b|discount|diskaun|折扣|优惠)"
    r"|(?:discount|diskaun|折扣|优惠)\s*(?:of|sebanyak)?\s*(?P<percent_after>\d{1,3}(?:\.\d{1,2})?)\s*%",
    re.IGNORECASE,
)
#: Words around a plan's name that make it one: "Growth" alone is an ordinary word.
_PLAN_WORDS = r"(?:plan|package|subscription|tier|套餐|方案|计划|計劃|pelan|pakej)"
#: What makes an amount beside a bare name a price: how often it is paid, or a word of cost before it.
_OFFERED = re.compile(
    r"\b(?:a|per|each|every)\s+(?:month|year)\b|/\s*(?:mo|month|yr|year)\b|\bmonthly\b|\bannual|\bcosts?\b|\bprice"
    r"|\bfee\b|\bsebulan\b|\bsetahun\b|\bharga\b|每月|每年|价格|價格|仅需|只需|[:：|]",
    re.IGNORECASE,
)
#: What makes it a result and no price.
_RESULT = re.compile(
    r"\b(?:revenue|income|earn(?:ed|s)?|paid|sales|turnover|total|sav(?:ed?|es|ings?)|invoice[ds]?|profit|booked)\b"
    r"|营收|收入|總計|总计|hasil|jumlah",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?。！？\n](?=\s|$|[^\d])")


@dataclass(frozen=True)
class _Priced:
    """Something of the price book, how it is called in a text, and the amounts that may stand beside it."""

    name: str
    pattern: re.Pattern[str]
    amounts: frozenset[Decimal]
    says: str


_Place = tuple[re.Match[str], _Priced]
#: With the words around it and their blanks.
_LONGEST_NAME = 200


def lint_prices(text: str, rules: Rules) -> Iterator[Finding]:
    """An objection for each amount that stands with a name and is not one of its prices, or not in the
    currency of the book, and for each discount on a plan that is not published.
    """
    pricing = selectors.pricing()
    places = [(match, item) for item in _priced(pricing) for match in item.pattern.finditer(text)]
    places.sort(key=_start)
    if not places:
        return
    for money in _MONEY.finditer(text):
        near = _nearest(text, money, places, rules.prices.near)
        message = near and _objection(text, money, near, pricing)
        if near and message:
            yield _finding(money, message, near.says, rules.prices.severity)
    for discount in _DISCOUNT.finditer(text):
        near = _nearest(text, discount, places, rules.prices.near, is_discount=True)
        if near:
            yield from _discount(discount, near, pricing, rules)


def _objection(text: str, money: re.Match[str], near: _Priced, pricing: Pricing) -> str:
    """Why the amount cannot stand beside the name; "" when it can."""
    sign = money["sign"] or money["code"] or ""
    if re.fullmatch(_FOREIGN, sign, re.IGNORECASE):
        return f"The price book is in {pricing.currency}; it has no price in this currency for {near.name}."
    written = (money["before"], money["until"], money["after"], money["bare"])
    values = [value for value in map(_value, written) if value is not None]
    if all(value in near.amounts or _is_multiple(text, money, value, near) for value in values):
        return ""
    return f"The price book has no such amount for {near.name}."


def _discount(match: re.Match[str], near: _Priced, pricing: Pricing, rules: Rules) -> Iterator[Finding]:
    """What nobody may grant is stopped; what a manager may grant is a hint."""
    percent = Decimal(match["percent"] or match["percent_after"])
    may = pricing.approval
    if percent in _published(pricing) or percent <= may.sales_rep_max_percent:
        return
    if percent <= may.sales_manager_max_percent:
        message = f"A discount above {may.sales_rep_max_percent:g} % needs the sales manager's approval."
        yield _finding(match, message, "", "warn")
        return
    said = ", ".join(f"{item.percent.normalize():f} % ({item.name})" for item in pricing.discounts)
    message = f"No such discount is published for {near.name}."
    yield _finding(match, message, f"published: {said}", rules.prices.severity)


def _published(pricing: Pricing) -> set[Decimal]:
    """Percentages that may be offered; that of annual billing is also said as a whole number."""
    found = {item.percent for item in pricing.discounts}
    return found | {percent.to_integral_value() for percent in found}


def _finding(place: re.Match[str], message: str, suggestion: str, severity: Severity) -> Finding:
    return Finding(
        rule="price",
        severity=severity,
        message=message,
        quote=place.group(),
        suggestion=suggestion,
        start=place.start(),
        end=place.end(),
    )


def _nearest(
    text: str,
    money: re.Match[str],
    places: list[_Place],
    near: int,
    *,
    is_discount: bool = False,
) -> _Priced | None:
    """The name in the same sentence, within reach, that is nearest; one before the amount wins a tie."""
    found: list[tuple[int, int, _Priced]] = []
    for match, item in _around(places, money, near):
        before = match.end() <= money.start()
        gap = money.start() - match.end() if before else match.start() - money.end()
        if not 0 <= gap <= near:
            continue
        between = text[match.end() : money.start()] if before else text[money.end() : match.start()]
        is_offer = is_discount or _is_offer(text, match, money, between)
        if not _SENTENCE.search(between) and is_offer:
            found.append((gap + (0 if before else 5), match.start(), item))
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def _around(places: list[_Place], money: re.Match[str], near: int) -> list[_Place]:
    """Those of the sorted places that may be within reach: a name is not longer than the longest one."""
    first = bisect_left(places, money.start() - near - _LONGEST_NAME, key=_start)
    return places[first : bisect_right(places, money.end() + near, key=_start)]


def _start(place: _Place) -> int:
    return place[0].start()


def _is_offer(text: str, name: re.Match[str], money: re.Match[str], between: str) -> bool:
    """Whether the amount is said to be a price of what is named, rather than what somebody earned with it."""
    if _RESULT.search(between) or _RESULT.search(text[max(0, name.start() - 30) : name.start()]):
        return False
    is_named_fully = (
        re.search(rf"\b{_PLAN_WORDS}", name.group(), re.IGNORECASE) or " " in name.group().strip()
    )
    return bool(is_named_fully or _OFFERED.search(between + text[money.end() : money.end() + 16]))


def _is_multiple(text: str, money: re.Match[str], value: Decimal, near: _Priced) -> bool:
    """Whether the text shows that it multiplies ("2 × 15.00"), and the amount is so many times a price."""
    shown = "×" in text[max(0, money.start() - 60) : money.start()]
    return shown and any(value % amount == 0 for amount in near.amounts if amount)


def _value(text: str | None) -> Decimal | None:
    """1,234.50, 1.234,50 and 2k as numbers: three digits behind a sign are thousands."""
    if not text:
        return None
    plain = re.sub(r"[\s'’\u00a0\u202fkK]", "", text)
    grouped = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", plain).replace(",", ".")
    scale = 1000 if text.rstrip()[-1] in "kK" else 1
    try:
        return (Decimal(grouped) * scale).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _priced(pricing: Pricing) -> list[_Priced]:
    plans = [_plan(plan, pricing.currency) for plan in pricing.plans]
    return plans + [_add_on(item, pricing.currency) for item in pricing.add_ons]


def _plan(plan: Plan, currency: str) -> _Priced:
    name = re.escape(plan.name)
    pattern = (
        rf"(?<!\w){name}(?!\w)\s{{0,9}}{_PLAN_WORDS}?|{_PLAN_WORDS}\s{{0,9}}(?:of\s{{1,9}})?{name}(?!\w)"
    )
    amounts = {plan.monthly, plan.annual, plan.setup_fee, *_years(plan)}
    says = f"{currency} {plan.monthly:,.2f} a month or {plan.annual:,.2f} a year"
    return _Priced(f"the plan {plan.name}", re.compile(pattern), frozenset(amounts), says)


def _years(plan: Plan) -> list[Decimal]:
    """Sums that proposals show: a year by month, a first year with set-up, a month of an annual plan."""
    monthly_year = plan.monthly * 12
    return [
        monthly_year,
        plan.annual + plan.setup_fee,
        monthly_year + plan.setup_fee,
        (plan.annual / 12).quantize(Decimal("0.01")),
    ]


def _add_on(item: AddOn, currency: str) -> _Priced:
    amounts = {item.price, item.price * 12, *map(Decimal, re.findall(r"\d+\.\d{2}", item.unit))}
    pattern = re.compile(rf"(?<!\w){re.escape(item.name)}s?(?!\w)", re.IGNORECASE)
    return _Priced(
        f"the add-on {item.name}", pattern, frozenset(amounts), f"{currency} {item.price:,.2f} {item.unit}"
    )
