"""Answering with the words of the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass

from apps.knowledge.retrieval import excerpt
from apps.knowledge.retrieval.words import Question, understand
from apps.knowledge.selectors.retrieval import MAX_QUERY, PassageHit, search
from apps.llm.embeddings import EmbeddingsUnavailable, embed

#: A quote whose passage is this much less relevant than the best one adds nothing.
_NOT_FAR_BELOW = 0.2
