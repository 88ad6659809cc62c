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


def products() -> tuple[Product, ...]:
    """Everything that Mezzofy sells, in the order of the file."""
    return files.read("product_data/products.json", Products).products


def pricing() -> Pricing:
    """The price book."""
    return files.read("product_data/pricing.yaml", Pricing)


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
