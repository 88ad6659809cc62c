"""The typed contents of the knowledge folder, parsed again only after a file changed.

Each raises MalformedKnowledge if its file is missing or has another shape.
"""

from __future__ import annotations

from apps.knowledge import files
from apps.knowledge.catalogue import (
    Company,
    Features,
    Palette,
    Pricing,
    Product,
    Products,
    RoiAssumptions,
)
from apps.knowledge.errors import UnknownEntry


def products() -> tuple[Product, ...]:
    """Everything that Mezzofy sells, in the order of the price book's authors."""
    return files.read("product_data/products.json", Products).products


def product(product_id: str) -> Product:
    """One product. Raises UnknownEntry if there is none with that id."""
    for found in products():
        if found.id == product_id:
            return found
    raise UnknownEntry(f"There is no product {product_id!r}.")


def pricing() -> Pricing:
    """The price book."""
    return files.read("product_data/pricing.yaml", Pricing)


def plan_name(plan_id: str) -> str:
    """What the price book calls the plan. Raises UnknownEntry if there is none with that id."""
    return pricing().plan(plan_id).name


def features() -> Features:
    """What each plan can do."""
    return files.read("product_data/features.yaml", Features)


def company() -> Company:
    """What may be said about Mezzofy."""
    return files.read("product_data/company.yaml", Company)


def roi_assumptions() -> RoiAssumptions:
    """Planning values for the return calculation of proposals."""
    return files.read("product_data/roi_assumptions.yaml", RoiAssumptions)


def brand() -> Palette:
    """Colours and type faces."""
    return files.read("brand/color_palette.yaml", Palette)
