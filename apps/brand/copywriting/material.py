"""What a draft is made of: the product's data, and how we say it in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from apps.brand.copywriting.words import Language
from apps.core.sentences import sentence
from apps.documents.brand import knowledge_dir
from apps.knowledge import selectors
from apps.knowledge.catalogue import Product


@dataclass(frozen=True)
class Material:
    """One product as a writer needs it. `facts` are sentences that are true; `price` is of the price book."""

    product: Product
    name: str
    situation: str
    facts: tuple[str, ...]
    price: str
    fits: str


def material_of(product: Product, language: Language) -> Material:
    """The product in that language."""
    said = _messages()[language][product.id]
    facts = tuple(said.get("facts") or product.benefits)
    return Material(
        product=product,
        name=said.get("name") or product.name,
        situation=said["situation"],
        facts=facts,
        price=_price(product, language),
        fits=said.get("fits") or ", ".join(product.ideal_for[:3]),
    )


def product_in(text: str) -> Product | None:
    """The product that a wish is about: by name, by other names, or by words of customers."""
    lowered = sentence(text).casefold()
    scores = {product.id: _score(product, lowered) for product in selectors.products()}
    best = max(selectors.products(), key=lambda product: scores[product.id])
    return best if scores[best.id] else None


def _score(product: Product, text: str) -> int:
    names = [product.name, product.id.replace("_", " "), product.id]
    names += [str(said[product.id].get("name", "")) for said in _messages().values()]
    found = max((len(name) for name in names if name and _says(text, name)), default=0)
    return found * 100 + sum(len(signal) for signal in product.signals if _says(text, signal))


def _says(text: str, name: str) -> bool:
    """Whether the text says the name as a word, singular or plural; Chinese names stand anywhere."""
    lowered = name.casefold()
    singular = lowered[:-1] if lowered.endswith("s") and len(lowered) > 4 else lowered
    return re.search(rf"(?<![a-z]){re.escape(singular)}(?:e?s)?(?![a-z])", text) is not None


def _price(product: Product, language: Language) -> str:
    book = selectors.pricing()
    plan = book.plan(product.min_plan)
    amount = f"{book.currency} {plan.monthly:,.0f}"
    if language == "zh":
        return f"{plan.name} 套餐起，每月 {amount}，未含税。"
    if language == "ms":
        return f"Dari pelan {plan.name}, {amount} sebulan, tidak termasuk cukai."
    return f"From the {plan.name} plan, {amount} a month without GST."


def _messages() -> dict[str, Any]:
    path = knowledge_dir() / "brand" / "messages.yaml"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
