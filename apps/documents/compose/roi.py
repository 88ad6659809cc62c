"""What a loyalty programme may earn: an estimate from stated assumptions, the same for the same inputs.

Counted are only extra visits of active members. Sales of vouchers, new guests won by coupons and the value of
the data are left out, so that the estimate errs on the careful side.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.documents.compose.catalog import IndustryLike, PlanLike, RoiLike
from apps.documents.numbers import rounded

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Estimate:
    """Monthly steps of the estimate; money without tax in the price book's currency.

    `cumulative[m]` is what is left after month m + 1 when all fees so far are paid. `payback_month` is the
    first month (1-based) from which it stays at zero or above; None if none of the months counted is.
    """

    industry: IndustryLike
    plan: PlanLike
    outlets: int
    members: int
    active_members: int
    extra_visits_per_month: Decimal
    contribution_per_visit: Decimal
    cumulative: tuple[Decimal, ...]
    payback_month: int | None

    @property
    def net(self) -> Decimal:
        """What is left after the last month."""
        return self.cumulative[-1]


def industry_of(text: str, assumptions: RoiLike) -> IndustryLike:
    """The trade whose words occur in `text`, the one with the longest match; otherwise the first."""
    lowered = text.casefold()
    best, length = assumptions.industries[0], 0
    for industry in assumptions.industries:
        for word in industry.matches:
            if len(word) > length and word.casefold() in lowered:
                best, length = industry, len(word)
    return best


def members_of(industry: IndustryLike, outlets: int, assumptions: RoiLike) -> int:
    """Members once enrolment has reached its planned share of a month's guests."""
    guests = Decimal(industry.guests_per_outlet_month * outlets)
    return int(guests * assumptions.shared.enrolment_percent / _HUNDRED)


def estimate(*, industry: IndustryLike, plan: PlanLike, outlets: int, assumptions: RoiLike) -> Estimate:
    """The estimate for `outlets` outlets on `plan`, billed monthly, over the months of the assumptions."""
    shared = assumptions.shared
    members = members_of(industry, outlets, assumptions)
    active = Decimal(members) * shared.active_percent / _HUNDRED
    visits = active * shared.extra_visits_per_active_member_year / 12
    share = (industry.contribution_margin_percent - industry.reward_cost_percent) / _HUNDRED
    per_visit = industry.average_bill * share
    total = -plan.setup_fee
    cumulative: list[Decimal] = []
    for month in range(1, assumptions.months + 1):
        ramp = min(Decimal(month) / shared.ramp_months, Decimal(1))
        total += visits * ramp * per_visit - plan.monthly
        cumulative.append(rounded(total, 0))
    return Estimate(
        industry=industry,
        plan=plan,
        outlets=outlets,
        members=members,
        active_members=int(active),
        extra_visits_per_month=rounded(visits, 0),
        contribution_per_visit=rounded(per_visit, 2),
        cumulative=tuple(cumulative),
        payback_month=_payback(cumulative),
    )


def _payback(cumulative: list[Decimal]) -> int | None:
    """The month after the last one below zero."""
    below = [month for month, value in enumerate(cumulative, start=1) if value < 0]
    month = max(below, default=0) + 1
    return month if month <= len(cumulative) else None
