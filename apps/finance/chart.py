"""The categories that every house begins with. People rename, order and add to them in the back office."""

from __future__ import annotations

from typing import NamedTuple

from apps.finance.choices import EntryKind, StatementGroup


class Account(NamedTuple):
    """A category as it is made."""

    code: str
    name: str
    kind: str
    group: str


def _revenue(code: str, name: str, group: str = StatementGroup.REVENUE) -> Account:
    return Account(code, name, EntryKind.REVENUE, group)


def _expense(code: str, name: str, group: str = StatementGroup.OPERATING) -> Account:
    return Account(code, name, EntryKind.EXPENSE, group)


#: What nothing else fits.
OTHER_EXPENSES = "other_expenses"
OTHER_INCOME = "grants"
DEFAULTS: tuple[Account, ...] = (
    _revenue("subscriptions", "Subscriptions"),
    _revenue("coupon_commissions", "Coupon commissions"),
    _revenue("setup_fees", "Set-up and onboarding fees"),
    _expense("payment_fees", "Payment fees", StatementGroup.COST_OF_SALES),
    _expense("hosting", "Hosting and cloud", StatementGroup.COST_OF_SALES),
    _expense("messaging", "SMS and messaging", StatementGroup.COST_OF_SALES),
    _expense("salaries", "Salaries"),
    _expense("rent", "Rent and utilities"),
    _expense("software", "Software and tools"),
    _expense("marketing", "Marketing and advertising"),
    _expense("travel", "Travel and transport"),
    _expense("meals", "Meals and entertainment"),
    _expense("office", "Office supplies"),
    _expense("professional_fees", "Professional fees"),
    _expense("insurance", "Insurance"),
    _expense(OTHER_EXPENSES, "Other expenses"),
    _revenue("interest_income", "Interest income", StatementGroup.OTHER_INCOME),
    _revenue(OTHER_INCOME, "Grants and other income", StatementGroup.OTHER_INCOME),
    _expense("bank_charges", "Bank charges and interest", StatementGroup.FINANCE_COSTS),
    _expense("income_tax", "Income tax", StatementGroup.TAX),
)
