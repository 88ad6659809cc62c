"""The price book and the planning values as sentences."""

from __future__ import annotations

from datetime import date

from apps.knowledge.catalogue import AddOn, Discount, Industry, Limits, Plan, Pricing, RoiAssumptions
from apps.knowledge.loading.source import Outline, Section
from apps.knowledge.loading.wording import listed, money, number, plan_name


def pricing_sections(book: Pricing) -> tuple[Section, ...]:
    """One section per plan, add-on and discount, and the terms that hold for all."""
    outline = Outline()
    outline.add("All plans and prices", *_overview(book))
    for plan in book.plans:
        outline.add(f"{plan.name} plan", *_plan(plan, book.currency))
    for add_on in book.add_ons:
        outline.add(f"Add-on: {add_on.name}", _add_on(add_on, book.currency))
    for discount in book.discounts:
        outline.add(f"Discount: {discount.name}", _discount(discount))
    outline.add("Who may approve a discount", *_approval(book))
    outline.add("Contract term, validity of prices and quotes", *_terms(book))
    return outline.sections()


def _overview(book: Pricing) -> list[str]:
    plans = [_in_one_line(plan, book.currency) for plan in book.plans]
    return [f"There are {len(book.plans)} plans.", *plans, book.tax_note]


def _in_one_line(plan: Plan, currency: str) -> str:
    return (
        f"{plan.name}: {_from(plan)}{money(plan.monthly, currency)} a month or "
        f"{money(plan.annual, currency)} a year, set-up {_fee(plan, currency)}, "
        f"transaction fee {number(plan.transaction_fee_percent)} %."
    )


def _from(plan: Plan) -> str:
    return "from " if plan.price_is_from else ""


def _fee(plan: Plan, currency: str) -> str:
    return f"{_from(plan)}{money(plan.setup_fee, currency)} once" if plan.setup_fee else "free"


def _plan(plan: Plan, currency: str) -> list[str]:
    monthly = f"{_from(plan)}{money(plan.monthly, currency)} a month"
    annual = f"{_from(plan)}{money(plan.annual, currency)} a year when the year is paid at once"
    setup = f"The set-up fee is {_fee(plan, currency)}." if plan.setup_fee else "There is no set-up fee."
    share = f"The transaction fee is {number(plan.transaction_fee_percent)} %."
    return [
        f"The {plan.name} plan costs {monthly}, or {annual} (prices without tax). {setup} {share}",
        plan.transaction_fee_note,
        f"For: {plan.summary}",
        f"Limits: {_limits(plan.limits)}.",
        f"Included: {listed(plan.included)}.",
        f"Support: {plan.support}",
    ]


def _limits(limits: Limits) -> str:
    counts = {
        "outlets": limits.outlets,
        "brands": limits.brands,
        "active members": limits.members,
        "coupons a month": limits.coupons_per_month,
        "staff seats": limits.staff_seats,
    }
    if not any(counts.values()):
        return f"none on {listed(list(counts))}"
    return listed([_limit(name, count) for name, count in counts.items()])


def _limit(name: str, count: int | None) -> str:
    if count is None:
        return f"no limit on {name}"
    return f"1 {name.removesuffix('s')}" if count == 1 else f"{number(count)} {name}"


def _add_on(add_on: AddOn, currency: str) -> str:
    plans = listed([plan_name(plan) for plan in add_on.available_on])
    return f"{add_on.name} costs {money(add_on.price, currency)} {add_on.unit}. It can be added to {plans}."


def _discount(discount: Discount) -> str:
    return f"{discount.name}: {number(discount.percent)} % discount. {discount.rule}"


def _approval(book: Pricing) -> list[str]:
    approval = book.approval
    limits = (
        f"A sales representative may grant a discount of up to {number(approval.sales_rep_max_percent)} %, "
        f"a sales manager up to {number(approval.sales_manager_max_percent)} %."
    )
    return [limits, approval.note]


def _terms(book: Pricing) -> list[str]:
    validity = f"These prices are valid from {_day(book.valid_from)} until {_day(book.valid_until)}."
    quotes = f"A quote is valid for {book.quote_valid_days} days."
    return [f"{validity} {quotes}", book.minimum_term, book.tax_note]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def roi_sections(values: RoiAssumptions) -> tuple[Section, ...]:
    """One section per industry, and the values that they share."""
    outline = Outline()
    shared = values.shared
    outline.add(
        "Planning values for every return calculation",
        "These are cautious planning values for the return on investment in proposals, not results of named "
        "customers.",
        f"The calculation runs over {values.months} months. {number(shared.enrolment_percent)} % of guests "
        f"enrol after a ramp of {shared.ramp_months} months, {number(shared.active_percent)} % of members "
        f"are active, and an active member makes {number(shared.extra_visits_per_active_member_year)} extra "
        "visit a year.",
    )
    for industry in values.industries:
        outline.add(f"Planning values: {industry.name}", _industry(industry))
    return outline.sections()


def _industry(industry: Industry) -> str:
    return (
        f"{industry.name}: average bill {money(industry.average_bill, 'SGD')}, "
        f"{number(industry.guests_per_outlet_month)} guests per outlet and month, contribution margin "
        f"{number(industry.contribution_margin_percent)} %, reward cost "
        f"{number(industry.reward_cost_percent)} % of the bill."
    )
