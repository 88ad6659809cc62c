"""Money in several currencies, which is never added up across them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from apps.core.reporting import Column
from apps.crm.models import HOUSE_CURRENCY

CENT = Decimal("0.01")


class Purse(defaultdict[str, Decimal]):
    """Amounts by currency; a currency that is not there is zero of it."""

    def __init__(self) -> None:
        super().__init__(Decimal)

    def values_in(self, currencies: Iterable[str]) -> tuple[Decimal, ...]:
        """The amounts in the order of `currencies`."""
        return tuple(self.amount(currency) for currency in currencies)

    def amount(self, currency: str) -> Decimal:
        """The amount in one currency, rounded to cents here and nowhere before."""
        return self.get(currency, Decimal(0)).quantize(CENT, ROUND_HALF_UP)


def ordered(currencies: Iterable[str]) -> list[str]:
    """Each currency once: that of the house first, and always; then by name."""
    return sorted({HOUSE_CURRENCY, *currencies}, key=lambda code: (code != HOUSE_CURRENCY, code))


def money_columns(key: str, label: str, currencies: Iterable[str]) -> tuple[Column, ...]:
    """A column for each currency."""
    return tuple(Column(money_key(key, currency), label, "money", currency) for currency in currencies)


def money_key(key: str, currency: str) -> str:
    """The name of the column of one currency."""
    return f"{key}_{currency.lower()}"
