"""Products, features, company and palette as sentences."""

from __future__ import annotations

from typing import get_args

from apps.knowledge.catalogue import (
    Availability,
    Company,
    Feature,
    Features,
    Palette,
    PlanId,
    Product,
    Products,
)
from apps.knowledge.loading.source import Outline, Section
from apps.knowledge.loading.wording import listed, plan_name

PLAN_IDS: tuple[PlanId, ...] = get_args(PlanId)


def product_sections(file: Products) -> tuple[Section, ...]:
    """What each product is, and which products suit which business."""
    outline = Outline()
    names = listed([product.name for product in file.products])
    outline.add("All products", f"Mezzofy offers {len(file.products)} products: {names}.")
    for product in file.products:
        outline.add(product.name, product.summary, f"{product.tagline}.", *product.benefits, *_fit(product))
    for business, suitable in _by_business(file).items():
        outline.add(f"Products for {business}", f"These products suit {business}: {listed(suitable)}.")
    return outline.sections()


def _by_business(file: Products) -> dict[str, list[str]]:
    suitable: dict[str, list[str]] = {}
    for product in file.products:
        for business in product.ideal_for:
            suitable.setdefault(business, []).append(product.name)
    return suitable


def _fit(product: Product) -> list[str]:
    return [
        f"{product.name} is available from the {plan_name(product.min_plan)} plan.",
        f"It works with {listed(product.integrations)}.",
    ]


def feature_sections(file: Features) -> tuple[Section, ...]:
    """One section per row of the table, across the plans."""
    outline = Outline()
    for group in file.groups:
        for feature in group.features:
            outline.add(feature.name, feature.description, _availability(feature))
    return outline.sections()


def _availability(feature: Feature) -> str:
    plans = [f"{plan_name(plan)}: {_on(feature.on(plan))}" for plan in PLAN_IDS]
    return "; ".join(plans) + "."


def _on(value: Availability) -> str:
    if isinstance(value, str):
        return value
    return "yes" if value else "no"


def company_sections(company: Company) -> tuple[Section, ...]:
    """Who Mezzofy is, how to reach it, what it promises and how a start goes."""
    outline = Outline()
    outline.add(f"What is {company.name}?", company.one_line, company.about, f"Website: {company.website}")
    contact = company.contact
    outline.add(
        "How to reach us",
        f"Sales: {contact.sales}. Support: {contact.support}. Security: {contact.security}.",
        f"Support hours: {company.support_hours}",
    )
    outline.add("Markets", f"{company.name} works in {listed(company.markets)}.")
    outline.add("Languages", f"{company.name} is available in {listed(company.languages)}.")
    for assurance in company.assurances:
        outline.add(assurance.title, assurance.body)
    outline.add("The first 30 days", *(f"{step.days}, {step.title}: {step.body}" for step in company.rollout))
    outline.add("How it works for a guest", *(f"{step.title}: {step.body}" for step in company.how_it_works))
    return outline.sections()


def palette_sections(palette: Palette) -> tuple[Section, ...]:
    """Colours and type faces by name."""
    outline = Outline()
    for name, colours in (("Core", palette.core), ("Neutral", palette.neutral), ("Status", palette.status)):
        shades = [f"{key.replace('_', ' ')} {value}" for key, value in colours.model_dump().items()]
        outline.add(f"{name} colours", f"{name} colours of the brand: {listed(shades)}.")
    outline.add(
        "Colours of chart series", f"Series of a chart take colours in this order: {listed(palette.data)}."
    )
    fonts = palette.fonts
    outline.add(
        "Fonts",
        f"Fonts: {fonts.document} in documents, {fonts.document_display} for their titles, "
        f"{fonts.presentation} in presentations, {listed(fonts.chinese)} for Chinese.",
    )
    return outline.sections()
