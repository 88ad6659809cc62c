"""The doors of the knowledge base: bring the index up to date, and answer with quotes."""

from __future__ import annotations

from apps.knowledge.services.indexing import IndexReport, index_knowledge
from apps.knowledge.services.quoting import QuoteHit, answer_quotes

__all__ = ["IndexReport", "QuoteHit", "answer_quotes", "index_knowledge"]
