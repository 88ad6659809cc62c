"""Key figures of the platform's own use of models."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from apps.core.figures import figure
from apps.core.periods import Period
from apps.llm import selectors

if TYPE_CHECKING:
    from apps.accounts.models import User


@figure(
    key="llm.requests", label="Model calls", unit="count", department="management", better="none", series=True
)
def model_calls(period: Period, user: User) -> int:
    """Requests to language models that began in the period, repeated ones included."""
    return selectors.totals(period, user).requests


@figure(key="llm.tokens", label="Model tokens", unit="tokens", department="management", better="none")
def model_tokens(period: Period, user: User) -> int:
    """Tokens that language models read and wrote, cached ones included."""
    return selectors.totals(period, user).tokens


@figure(
    key="llm.cost",
    label="Model cost",
    unit="money",
    department="management",
    better="down",
    currency="USD",
    series=True,
)
def model_cost(period: Period, user: User) -> Decimal:
    """What language models cost by the price list; requests without a known price are not in it."""
    return selectors.totals(period, user).cost_usd
