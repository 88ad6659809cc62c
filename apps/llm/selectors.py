"""Reads about prices and use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, F, Sum

from apps.core.periods import Period
from apps.core.reporting.daily import Row, daily, total
from apps.llm.choices import Pricing
from apps.llm.models import ModelPrice, ModelRun
from apps.llm.types import Usage

if TYPE_CHECKING:
    from apps.accounts.models import User

MILLION = Decimal(1_000_000)
MICRODOLLAR = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request costs in US dollars (None if no price is known), and how we know."""

    cost: Decimal | None
    pricing: Pricing


def quote(usage: Usage, *, provider: str, model: str, day: date, counted: bool = True) -> Quote:
    """Price `usage` by the entry that held on `day`.

    The quote is an estimate if the tokens were not `counted` by the provider or only a part of the model's
    name is in the price list. Rounded to a millionth of a dollar, half up.
    """
    price = ModelPrice.objects.applying(
        provider=provider, model=model, day=day, prompt_tokens=usage.prompt_tokens
    ).first()
    if price is None:
        return Quote(None, Pricing.UNPRICED)
    cost = (
        usage.input_tokens * price.input_usd
        + usage.output_tokens * price.output_usd
        + usage.cache_read_tokens * price.cache_read_usd
        + usage.cache_write_tokens * price.cache_write_usd
    ) / MILLION
    pricing = Pricing.EXACT if counted and price.model == model else Pricing.ESTIMATED
    return Quote(cost.quantize(MICRODOLLAR, ROUND_HALF_UP), pricing)


@dataclass(frozen=True, slots=True)
class Totals:
    """Use over a period. `unpriced` requests are missing from the cost."""

    requests: int
    tokens: int
    cost_usd: Decimal
    unpriced: int


def totals(periods: Sequence[Period], user: User) -> list[Totals]:
    """What the requests that `user` may see have used in each of the periods."""
    found = daily(
        ModelRun.objects.visible_to(user),
        "started_at",
        periods,
        requests=Count("pk"),
        tokens=Sum(F("input_tokens") + F("output_tokens") + F("cache_read_tokens") + F("cache_write_tokens")),
        cost=Sum("cost_usd"),
        priced=Count("cost_usd"),
    )
    return [_totals(list(found.during(period))) for period in periods]


def _totals(days: Sequence[Row]) -> Totals:
    requests = total(days, "requests")
    return Totals(
        requests, total(days, "tokens"), Decimal(total(days, "cost")), requests - total(days, "priced")
    )
