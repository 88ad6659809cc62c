"""What Mezzofy sells, exactly as its data files say: products, plans, features, discounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.knowledge import selectors as knowledge
from apps.knowledge.catalogue import AddOn, Availability, Discount, Feature, Plan, PlanId, Pricing, Product
from apps.knowledge.selectors import SourceDocument

PERMISSION = "knowledge.view_passage"
PRODUCTS, PRICING, FEATURES = (
    "product_data/products.json",
    "product_data/pricing.yaml",
    "product_data/features.yaml",
)
PlanName = Literal["starter", "growth", "scale", "enterprise"]


class ProductReading(Product):
    """A product and where it is described."""

    citation: Citation | None = None


class PlanReading(Plan):
    """A plan with its prices in `currency`, without tax, and what paying for a year at once saves."""

    currency: str
    tax_note: str
    valid_until: date
    saved_by_annual: Decimal
    add_ons: tuple[AddOn, ...]
    citation: Citation | None = None


class FeatureReading(BaseModel):
    """A feature on the plans that were asked for: yes, no, or the limit with which it is included."""

    name: str
    group: str
    description: str
    plans: dict[str, str]
    citation: Citation | None = None


class PlanComparison(BaseModel):
    """Plans side by side: the plans, and the features in which they differ."""

    plans: list[PlanReading]
    differences: list[FeatureReading]


class DiscountRules(BaseModel):
    """Published discounts, and who may grant how much."""

    discounts: tuple[Discount, ...]
    sales_rep_max_percent: Decimal
    sales_manager_max_percent: Decimal
    note: str
    citation: Citation | None = None


@tool(family="product", permission=PERMISSION, read_only=True, summary="Looking up the products …")
def list_products(ctx: ToolContext, *, query: str = "") -> list[ProductReading]:
    """Mezzofy's products with benefits, integrations, the businesses they suit and the lowest plan that has
    them. `query` keeps those whose texts hold all of its words.
    """
    words, source = query.casefold().split(), SourceDocument(ctx.user, PRODUCTS)
    return [
        ProductReading(**product.model_dump(), citation=_citation(source, product.name))
        for product in knowledge.products()
        if all(word in str(product.model_dump()).casefold() for word in words)
    ]


@tool(family="product", permission=PERMISSION, read_only=True, summary="Looking up the prices …")
def get_pricing(ctx: ToolContext, *, plan: PlanName | None = None) -> list[PlanReading]:
    """Prices, limits and add-ons of one plan, or of all: from the price book, in its currency, without
    tax.
    """
    book, source = knowledge.pricing(), SourceDocument(ctx.user, PRICING)
    return [_plan(source, book, entry) for entry in book.plans if plan in (None, entry.id)]


@tool(family="product", permission=PERMISSION, read_only=True, summary="Looking up the features …")
def list_features(ctx: ToolContext, *, query: str = "", plan: PlanName | None = None) -> list[FeatureReading]:
    """Features and the plans that have them. `query` keeps those whose name or description holds its words;
    `plan` those that this plan has.
    """
    words, source = query.casefold().split(), SourceDocument(ctx.user, FEATURES)
    return [
        _feature(source, group.name, feature, [plan] if plan else _plan_ids())
        for group in knowledge.features().groups
        for feature in group.features
        if all(word in f"{feature.name} {feature.description} {group.name}".casefold() for word in words)
        and (plan is None or feature.on(plan) is not False)
    ]


@tool(family="product", permission=PERMISSION, read_only=True, summary="Comparing the plans …")
def compare_plans(ctx: ToolContext, *, plans: list[PlanName]) -> PlanComparison:
    """Two or more plans side by side: prices, limits, and only the features in which they differ."""
    wanted: list[PlanId] = list(dict.fromkeys(plans))
    if len(wanted) < 2:
        raise ToolError("A comparison needs two different plans.")
    book = knowledge.pricing()
    differing = [
        (group.name, feature)
        for group in knowledge.features().groups
        for feature in group.features
        if len({feature.on(plan) for plan in wanted}) > 1
    ]
    prices, features = SourceDocument(ctx.user, PRICING), SourceDocument(ctx.user, FEATURES)
    return PlanComparison(
        plans=[_plan(prices, book, book.plan(plan)) for plan in wanted],
        differences=[_feature(features, group, feature, wanted) for group, feature in differing],
    )


@tool(family="product", permission=PERMISSION, read_only=True, summary="Looking up the discount rules …")
def discount_rules(ctx: ToolContext) -> DiscountRules:
    """The published discounts with their rules, and how much a sales representative and a manager may
    grant.
    """
    book = knowledge.pricing()
    return DiscountRules(
        discounts=book.discounts,
        **book.approval.model_dump(),
        citation=_citation(SourceDocument(ctx.user, PRICING), "Who may approve a discount"),
    )


def _plan(source: SourceDocument, book: Pricing, plan: Plan) -> PlanReading:
    return PlanReading(
        **plan.model_dump(),
        currency=book.currency,
        tax_note=book.tax_note,
        valid_until=book.valid_until,
        saved_by_annual=plan.monthly * 12 - plan.annual,
        add_ons=tuple(add_on for add_on in book.add_ons if plan.id in add_on.available_on),
        citation=_citation(source, f"{plan.name} plan"),
    )


def _feature(source: SourceDocument, group: str, feature: Feature, plans: list[PlanId]) -> FeatureReading:
    return FeatureReading(
        name=feature.name,
        group=group,
        description=feature.description,
        plans={plan: _availability(feature.on(plan)) for plan in plans},
        citation=_citation(source, feature.name),
    )


def _availability(value: Availability) -> str:
    if isinstance(value, str):
        return value
    return "yes" if value else "no"


def _plan_ids() -> list[PlanId]:
    return [plan.id for plan in knowledge.pricing().plans]


def _citation(source: SourceDocument, heading: str) -> Citation | None:
    """The passage that says so; None while the knowledge base is not indexed."""
    passage = source.passage_of(heading)
    if passage is None:
        return None
    return Citation(
        kind="knowledge.passage",
        id=str(passage.pk),
        label=passage.label,
        url=passage.get_absolute_url(),
        document=str(passage.document_id),
    )
