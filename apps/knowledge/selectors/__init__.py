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
from apps.knowledge.selectors.sources import SourceDocument

__all__ = [
    "Answer",
    "PassageHit",
    "SourceDocument",
    "brand",
    "citations_in",
    "company",
    "features",
    "pricing",
    "products",
    "roi_assumptions",
    "search",
    "still_readable",
]
