"""Which modules and which plan suit a merchant, by rules that Sales can explain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.documents.compose.catalog import PlanLike, PriceBookLike, ProductLike

#: What every programme stands on, in the order in which it is proposed.
_FOUNDATION = ("loyalty", "coupons", "redemption")
MODULES = 4


@dataclass(frozen=True)
class Recommendation:
    """A module and the reason for it; `topics` are words of the merchant that speak for it."""

    product: ProductLike
    topics: tuple[str, ...]

    @property
    def reason(self) -> str:
        """A few words for the tag of a card."""
        return f"You raised: {', '.join(self.topics[:2])}" if self.topics else "The foundation"


def recommend(products: Sequence[ProductLike], text: str) -> tuple[Recommendation, ...]:
    """Up to four modules: those the merchant's words point to, most first, then the foundation."""
    order = {name: number for number, name in enumerate(_FOUNDATION)}
    found = [Recommendation(product, topics_in(text, product.signals)) for product in products]
    candidates = [item for item in found if item.topics or item.product.id in order]
    candidates.sort(key=lambda item: (-len(item.topics), order.get(item.product.id, len(order))))
    return tuple(candidates[:MODULES])


def topics_in(text: str, signals: Sequence[str]) -> tuple[str, ...]:
    """The signals that occur in `text` as whole words, plural or not."""
    lowered = text.casefold()
    return tuple(
        signal for signal in signals if re.search(rf"\b{re.escape(signal.casefold())}(s|es)?\b", lowered)
    )


def plan_for(book: PriceBookLike, *, outlets: int, members: int, modules: Sequence[ProductLike]) -> PlanLike:
    """The smallest plan that has all `modules` and room for outlets and members; the largest if none has."""
    order = [plan.id for plan in book.plans]
    least = max((order.index(module.min_plan) for module in modules if module.min_plan in order), default=0)
    for plan in book.plans[least:]:
        if _holds(plan.limits.outlets, outlets) and _holds(plan.limits.members, members):
            return plan
    return book.plans[-1]


def _holds(limit: int | None, amount: int) -> bool:
    return limit is None or amount <= limit
