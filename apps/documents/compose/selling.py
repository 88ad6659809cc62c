"""The slides of a proposal that carry numbers: the return, what it assumes, the price, the features."""

from __future__ import annotations

from collections.abc import Sequence

from apps.documents.charts import Chart, Series
from apps.documents.compose.catalog import FeatureLike, FeaturesLike, PlanLike, PriceBookLike, RoiLike
from apps.documents.compose.recommendation import Recommendation
from apps.documents.compose.roi import Estimate
from apps.documents.content import Column, Table
from apps.documents.deck import ChartSlide, TableSlide, Takeaway
from apps.documents.numbers import day, plain, with_unit

_FEATURE_ROWS = 8
#: Asked for in nearly every first meeting.
_ALWAYS_SHOWN = ("members", "coupons_issued", "pos_connectors", "sla")


def return_slide(estimate: Estimate, currency: str) -> ChartSlide:
    """Cumulative result by month as an editable chart."""
    months = len(estimate.cumulative)
    if estimate.payback_month:
        title = f"On careful assumptions it pays for itself in month {estimate.payback_month}"
        first = Takeaway(
            f"Month {estimate.payback_month}", "All fees so far, set-up included, are earned back."
        )
    else:
        title = f"On careful assumptions it does not pay back within {months} months"
        first = Takeaway(
            f"After month {months}", "Pay-back needs more members or a larger reward for returning."
        )
    return ChartSlide(
        title=title,
        chart=Chart(
            "column",
            f"Estimated result since the start, after all fees on {estimate.plan.name}",
            tuple(f"M{month}" for month in range(1, months + 1)),
            (Series("Cumulative result", estimate.cumulative),),
            unit=currency,
            note="An estimate, not a promise: extra visits of members only, as the next slide assumes.",
        ),
        takeaways=(
            first,
            Takeaway(
                plain(estimate.extra_visits_per_month), "extra visits a month once enrolment has ramped up"
            ),
            Takeaway(
                with_unit(estimate.net, currency), f"estimated result after {months} months and all fees"
            ),
        ),
        notes=_return_notes(estimate, currency),
        sources=("knowledge/product_data/roi_assumptions.yaml", "knowledge/product_data/pricing.yaml"),
    )


def _return_notes(estimate: Estimate, currency: str) -> str:
    visit = with_unit(estimate.contribution_per_visit, currency)
    return (
        f"How it is worked out: {plain(estimate.members)} members, of whom {plain(estimate.active_members)} "
        f"are active, make {plain(estimate.extra_visits_per_month)} extra visits a month. Each leaves "
        f"{visit} after the cost of food and the reward. "
        f"From that we take {with_unit(estimate.plan.monthly, currency)} a month and "
        f"{with_unit(estimate.plan.setup_fee, currency)} once. Voucher sales and new guests are left out. "
        "Put the merchant's own bill, guests and margin in as soon as you have them."
    )


def assumptions_slide(estimate: Estimate, assumptions: RoiLike, currency: str) -> TableSlide:
    """Every number behind the estimate."""
    industry, shared = estimate.industry, assumptions.shared
    rows = (
        ("Outlets", plain(estimate.outlets), "Please confirm"),
        (
            "Guests per outlet and month",
            plain(industry.guests_per_outlet_month),
            f"Planning value, {industry.name.lower()}",
        ),
        (
            "Average bill per guest",
            with_unit(industry.average_bill, currency),
            f"Planning value, {industry.name.lower()}",
        ),
        (
            "Contribution margin",
            with_unit(industry.contribution_margin_percent, "%"),
            "After food and direct cost",
        ),
        ("Cost of rewards", with_unit(industry.reward_cost_percent, "%"), "Of the bill, on each extra visit"),
        (
            "Guests who become members",
            with_unit(shared.enrolment_percent, "%"),
            f"Reached evenly over {shared.ramp_months} months",
        ),
        (
            "Members who are active",
            with_unit(shared.active_percent, "%"),
            "Earned or redeemed within the year",
        ),
        (
            "Extra visits per active member",
            f"{plain(shared.extra_visits_per_active_member_year)} a year",
            "Beyond what they would make anyway",
        ),
    )
    return TableSlide(
        title="What the estimate assumes; your own numbers replace ours",
        table=Table(
            (Column("Assumption", weight=1.5), Column("Value", weight=1.0), Column("Basis", weight=1.7)), rows
        ),
        note=f"Planning values of {day(assumptions.updated)}. They are not results of named customers.",
        notes="Go through the three that the merchant knows best: outlets, guests and average bill.",
        sources=("knowledge/product_data/roi_assumptions.yaml",),
    )


def pricing_slide(book: PriceBookLike, recommended: PlanLike) -> TableSlide:
    """The recommended plan between its neighbours."""
    plans = _neighbours(book.plans, recommended)
    currency = book.currency
    monthly = _price(recommended.monthly, currency, recommended)
    rows = [
        ("Monthly fee", *(_price(plan.monthly, currency, plan) for plan in plans)),
        ("Yearly fee, paid in advance", *(_price(plan.annual, currency, plan) for plan in plans)),
        (
            "Set-up, once",
            *(_price(plan.setup_fee, currency, plan) if plan.setup_fee else "None" for plan in plans),
        ),
        ("Fee on vouchers sold", *(with_unit(plan.transaction_fee_percent, "%") for plan in plans)),
        ("Outlets included", *(_limit(plan.limits.outlets) for plan in plans)),
        ("Active members", *(_limit(plan.limits.members) for plan in plans)),
        ("Coupons a month", *(_limit(plan.limits.coupons_per_month) for plan in plans)),
        ("Support", *(plan.support for plan in plans)),
    ]
    columns = [
        Column("", weight=1.15),
        *(Column(_plan_title(plan, recommended), weight=1.3) for plan in plans),
    ]
    return TableSlide(
        title=f"We recommend {recommended.name}: {monthly} a month",
        table=Table(tuple(columns), tuple(rows), highlight=plans.index(recommended) + 1),
        note=f"{book.tax_note} Valid until {day(book.valid_until)}. Free coupons and points carry no fee.",
        notes=f"{recommended.summary} {book.minimum_term} Discounts follow the price book.",
        sources=(
            f"knowledge/product_data/pricing.yaml, valid {day(book.valid_from)} to {day(book.valid_until)}",
        ),
    )


def _neighbours(plans: Sequence[PlanLike], recommended: PlanLike) -> list[PlanLike]:
    """Three plans, the recommended one among them, in the middle where it can be."""
    position = list(plans).index(recommended)
    start = min(max(position - 1, 0), max(len(plans) - 3, 0))
    return list(plans[start : start + 3])


def _plan_title(plan: PlanLike, recommended: PlanLike) -> str:
    return f"{plan.name} (recommended)" if plan == recommended else plan.name


def _price(amount: object, currency: str, plan: PlanLike) -> str:
    prefix = "from " if plan.price_is_from else ""
    return f"{prefix}{with_unit(amount, currency)}"  # type: ignore[arg-type]


def _limit(amount: int | None) -> str:
    return "No limit" if amount is None else plain(amount)


def features_slide(
    features: FeaturesLike, book: PriceBookLike, recommended: PlanLike, modules: Sequence[Recommendation]
) -> TableSlide:
    """What the recommended modules can do on the recommended plan and its neighbours."""
    plans = _neighbours(book.plans, recommended)
    chosen = _chosen(features, [module.product.id for module in modules])
    rows = tuple((feature.name, *(_availability(feature, plan.id) for plan in plans)) for feature in chosen)
    columns = [Column("", weight=1.5), *(Column(plan.name, weight=1.2) for plan in plans)]
    return TableSlide(
        title=f"What {recommended.name} includes for what you need",
        table=Table(tuple(columns), rows, highlight=plans.index(recommended) + 1),
        note="The full table has more rows; ask us for any that matters to you.",
        notes="What the merchant asks for and is not here: note it, and answer in writing the same day.",
        sources=("knowledge/product_data/features.yaml",),
    )


def _chosen(features: FeaturesLike, product_ids: Sequence[str]) -> list[FeatureLike]:
    """Rows of the recommended modules, in the order of the table, with those that everyone asks for."""
    every = [feature for group in features.groups for feature in group.features]
    ranked = sorted(
        every, key=lambda feature: (feature.id not in _ALWAYS_SHOWN, feature.product not in product_ids)
    )
    shown = {feature.id for feature in ranked[:_FEATURE_ROWS]}
    return [feature for feature in every if feature.id in shown]


def _availability(feature: FeatureLike, plan_id: str) -> str:
    value = getattr(feature, plan_id)
    if isinstance(value, bool):
        return "Yes" if value else "–"
    return str(value)
