"""Figures and lists as a sentence says them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def number(value: Decimal | int) -> str:
    """1500.00 → "1,500", 2.50 → "2.5"."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal, currency: str) -> str:
    """89.00 → "SGD 89", 89.5 → "SGD 89.50"."""
    whole = amount == amount.to_integral_value()
    return f"{currency} {amount:,.0f}" if whole else f"{currency} {amount:,.2f}"


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def plan_name(plan_id: str) -> str:
    """growth → "Growth"."""
    return plan_id.replace("_", " ").title()
