"""Reads: search in the passages, and the typed contents of the data files."""

from __future__ import annotations

from apps.knowledge.selectors.citing import Answer, citations_in, still_readable
from apps.knowledge.selectors.contents import (
    brand,
    company,
    features,
    pricing,
    products,
    roi_assumptions,
)
from apps.knowledge.selectors.retrieval import PassageHit, search
from apps.knowledge.selectors.sources import passage_of

__all__ = [
    "Answer",
    "PassageHit",
    "brand",
    "citations_in",
    "company",
    "features",
    "passage_of",
    "pricing",
    "products",
    "roi_assumptions",
    "search",
    "still_readable",
]
