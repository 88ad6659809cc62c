"""The doors of the knowledge base: bring the index up to date, put files in, and answer with quotes."""

from __future__ import annotations

from apps.knowledge.services.indexing import IndexReport, index_knowledge
from apps.knowledge.services.quoting import QuoteHit, answer_quotes, quotes_of
from apps.knowledge.services.uploads import forget, index_upload, remember, renew, share
from apps.knowledge.services.uploads import sweep as sweep_uploads

__all__ = [
    "IndexReport",
    "QuoteHit",
    "answer_quotes",
    "forget",
    "index_knowledge",
    "index_upload",
    "quotes_of",
    "remember",
    "renew",
    "share",
    "sweep_uploads",
]
