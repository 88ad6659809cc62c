"""Amounts of money near the name of a plan or add-on that are not in the price book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from apps.brand.findings import Finding
from apps.brand.rules import Rules
from apps.knowledge import selectors
from apps.knowledge.catalogue import AddOn, Plan, Pricing

_CURRENCY = r"(?:SGD|S\$|SG\$|\$|新币|新幣|新元)"
_AMOUNT = r"(?P<{0}>\d{{1,3}}(?:[,\u00a0 ]\d{{3}})+(?:\.\d{{1,2}})?|\d+(?:\.\d{{1,2}})?)"
_MONEY = re.compile(
    rf"{_CURRENCY}\s*{_AMOUNT.format('before')}|{_AMOUNT.format('after')}\s*(?:SGD\b|新币|新幣|新元)",
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


def lint_prices(text: str, rules: Rules) -> Iterator[Finding]:
    """An objection for each amount that stands with a name and is not one of its prices."""
    pricing = selectors.pricing()
    known = _priced(pricing)
    places = [(match, item) for item in known for match in item.pattern.finditer(text)]
    if not places:
        return
    for money in _MONEY.finditer(text):
        value = _value(money.group("before") or money.group("after"))
        near = _nearest(text, money, places, rules.prices.near)
        if value is None or near is None or value in near.amounts or _is_multiple(text, money, value, near):
            continue
        yield Finding(
            rule="price",
            severity=rules.prices.severity,
            message=f"The price book has no such amount for {near.name}.",
            quote=money.group(),
            suggestion=near.says,
            start=money.start(),
            end=money.end(),
        )


def _nearest(
    text: str, money: re.Match[str], places: list[tuple[re.Match[str], _Priced]], near: int
) -> _Priced | None:
    """The name in the same sentence, within reach, that is nearest; one before the amount wins a tie."""
    found: list[tuple[int, int, _Priced]] = []
    for match, item in places:
        before = match.end() <= money.start()
        gap = money.start() - match.end() if before else match.start() - money.end()
        between = text[match.end() : money.start()] if before else text[money.end() : match.start()]
        if 0 <= gap <= near and not _SENTENCE.search(between) and _is_offer(text, match, money, between):
            found.append((gap + (0 if before else 5), match.start(), item))
    return min(found, key=lambda entry: entry[:2])[2] if found else None


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


def _value(text: str) -> Decimal | None:
    try:
        return Decimal(re.sub(r"[,\s\u00a0]", "", text)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None


def _priced(pricing: Pricing) -> list[_Priced]:
    plans = [_plan(plan, pricing.currency) for plan in pricing.plans]
    return plans + [_add_on(item, pricing.currency) for item in pricing.add_ons]


def _plan(plan: Plan, currency: str) -> _Priced:
    name = re.escape(plan.name)
    pattern = rf"(?<!\w){name}(?!\w)\s*{_PLAN_WORDS}?|{_PLAN_WORDS}\s*(?:of\s+)?{name}(?!\w)"
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
