"""The shape of Mezzofy's own data files: products, prices, features, company facts, palette, planning values.

Amounts are Decimal in the currency of their file, without tax; percentages are numbers of per cent.
Unknown keys are refused, so that a typing mistake in a file is seen when the file is read.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from apps.knowledge.errors import UnknownEntry

PlanId = Literal["starter", "growth", "scale", "enterprise"]
Amount = Annotated[Decimal, Field(ge=0), AfterValidator(lambda amount: amount.quantize(Decimal("0.01")))]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Entry(BaseModel):
    """Read-only, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Product(Entry):
    """A thing that Mezzofy sells. `signals` are words of a customer that point to it."""

    id: str
    name: str
    category: str
    tagline: str
    summary: str
    benefits: tuple[str, ...]
    integrations: tuple[str, ...]
    ideal_for: tuple[str, ...]
    signals: tuple[str, ...]
    min_plan: PlanId


class Products(Entry):
    """products.json."""

    updated: date
    products: tuple[Product, ...]


class Limits(Entry):
    """What a plan includes; None is no limit."""

    outlets: int | None
    brands: int | None
    members: int | None
    coupons_per_month: int | None
    staff_seats: int | None


class Plan(Entry):
    """A price plan. `price_is_from`: the prices are where negotiations begin."""

    id: PlanId
    name: str
    summary: str
    monthly: Amount
    annual: Amount
    price_is_from: bool = False
    setup_fee: Amount
    transaction_fee_percent: Percent
    transaction_fee_note: str
    limits: Limits
    included: tuple[str, ...]
    support: str


class AddOn(Entry):
    """Something bought on top of a plan; `unit` is what one `price` pays for."""

    id: str
    name: str
    price: Amount
    unit: str
    available_on: tuple[PlanId, ...]


class Discount(Entry):
    """A published discount and its rule."""

    id: str
    name: str
    percent: Percent
    rule: str


class DiscountApproval(Entry):
    """Who may grant how much."""

    sales_rep_max_percent: Percent
    sales_manager_max_percent: Percent
    note: str


class Pricing(Entry):
    """pricing.yaml, the price book."""

    currency: str = Field(min_length=3, max_length=3)
    tax_note: str
    valid_from: date
    valid_until: date
    quote_valid_days: int
    minimum_term: str
    plans: tuple[Plan, ...]
    add_ons: tuple[AddOn, ...]
    discounts: tuple[Discount, ...]
    approval: DiscountApproval

    def plan(self, plan_id: str) -> Plan:
        """The plan with that id. Raises UnknownEntry if there is none."""
        for plan in self.plans:
            if plan.id == plan_id:
                return plan
        raise UnknownEntry(f"The price book has no plan {plan_id!r}.")


Availability = bool | str
"""True: included; False: not available; text: included with that limit."""


class Feature(Entry):
    """One row of the feature table."""

    id: str
    product: str
    name: str
    description: str
    starter: Availability
    growth: Availability
    scale: Availability
    enterprise: Availability

    def on(self, plan_id: PlanId) -> Availability:
        """What the plan with that id has of it."""
        value: Availability = getattr(self, plan_id)
        return value


class FeatureGroup(Entry):
    """Rows that stand together."""

    name: str
    features: tuple[Feature, ...]


class Features(Entry):
    """features.yaml."""

    updated: date
    groups: tuple[FeatureGroup, ...]


class ContactPoints(Entry):
    """Addresses that may be given to anybody."""

    sales: str
    support: str
    security: str


class Assurance(Entry):
    """A promise that may be quoted, and the place that backs it."""

    title: str
    body: str
    source: str


class RolloutStep(Entry):
    """A stretch of the first 30 days."""

    days: str
    title: str
    body: str


class JourneyStep(Entry):
    """A step of a guest's way through a coupon."""

    title: str
    body: str


class Company(Entry):
    """company.yaml: what may be said about Mezzofy."""

    name: str
    one_line: str
    about: str
    website: str
    contact: ContactPoints
    support_hours: str
    markets: tuple[str, ...]
    languages: tuple[str, ...]
    assurances: tuple[Assurance, ...]
    rollout: tuple[RolloutStep, ...]
    how_it_works: tuple[JourneyStep, ...]


class Industry(Entry):
    """Planning values for one kind of merchant; `matches` are words that name it."""

    id: str
    name: str
    matches: tuple[str, ...]
    average_bill: Amount
    guests_per_outlet_month: int
    contribution_margin_percent: Percent
    reward_cost_percent: Percent


class SharedAssumptions(Entry):
    """Planning values that hold for every industry."""

    enrolment_percent: Percent
    ramp_months: int
    active_percent: Percent
    extra_visits_per_active_member_year: Decimal


class RoiAssumptions(Entry):
    """roi_assumptions.yaml: cautious planning values, not results of customers. Amounts are SGD."""

    updated: date
    months: int
    default_outlets: int
    industries: tuple[Industry, ...]
    shared: SharedAssumptions


class CoreColours(Entry):
    """The colours of the brand."""

    coral: Colour
    coral_deep: Colour
    coral_soft: Colour
    ink: Colour
    ink_soft: Colour


class NeutralColours(Entry):
    """Grounds, lines and quiet words."""

    paper: Colour
    cloud: Colour
    line: Colour
    slate: Colour
    mist: Colour


class StatusColours(Entry):
    """Good, bad, neither."""

    good: Colour
    bad: Colour
    neutral: Colour


class Typefaces(Entry):
    """Font families by use."""

    document: str
    document_display: str
    presentation: str
    chinese: tuple[str, ...]


class Palette(Entry):
    """color_palette.yaml. `data` is the order in which series of a chart take colours."""

    core: CoreColours
    neutral: NeutralColours
    data: tuple[Colour, ...]
    status: StatusColours
    fonts: Typefaces
