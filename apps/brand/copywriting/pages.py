"""Longer texts: the copy of a web page, and a playbook, in chapters."""

from __future__ import annotations

from typing import Any

from apps.brand.copywriting.drafts import named
from apps.brand.copywriting.material import material_of
from apps.brand.copywriting.words import Language, words_of
from apps.brand.recipes.arguments import Section
from apps.knowledge.catalogue import Product

SOURCES = ["product_data/products.json", "product_data/pricing.yaml"]


def website(product: Product, language: Language) -> dict[str, Any]:
    """The arguments of a web page in Chinese or Malay; the English one is written from the product's data."""
    material, words = material_of(product, language), words_of(language)
    labels = words.labels
    return {
        "title": material.situation,
        "subtitle": named("{Name}", material),
        "meta_title": f"{named(labels['page'], material)} | Mezzofy"[:120],
        "meta_description": " ".join(material.facts[:1]),
        "call_to_action": labels["button"],
        "sections": [
            _chapter(labels["says"], points=list(material.facts)),
            _chapter(labels["suits"], paragraphs=[material.fits]),
            _chapter(labels["fits_with"], points=list(product.integrations)),
            _chapter(labels["costs"], paragraphs=[material.price, words.calls[1]]),
        ],
        "sources": SOURCES,
    }


def playbook(product: Product, language: Language) -> dict[str, Any]:
    """The arguments of a document: four weeks with a product, for a merchant and whoever looks after him."""
    material, words = material_of(product, language), words_of(language)
    labels = words.labels
    return {
        "title": named(labels["playbook"], material),
        "subtitle": material.fits,
        "sections": [
            _chapter(words.outline[0], paragraphs=[material.situation]),
            _chapter(named(words.outline[1], material), points=list(material.facts)),
            _chapter(labels["steps"], points=list(words.weeks)),
            _chapter(labels["measure"], paragraphs=[labels["result"]]),
            _chapter(words.outline[3], paragraphs=[labels["estimate"]]),
            _chapter(labels["costs"], paragraphs=[material.price]),
            _chapter(words.outline[4], paragraphs=[words.calls[1]]),
        ],
        "sources": [*SOURCES, "brand/wording.yaml"],
    }


def _chapter(title: str, *, paragraphs: list[str] | None = None, points: list[str] | None = None) -> Section:
    return Section(title=title, paragraphs=paragraphs or [], points=points or [])
