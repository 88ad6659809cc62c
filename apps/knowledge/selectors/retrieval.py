"""Search in the passages of the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.knowledge.models import Passage
from apps.knowledge.retrieval.floor import is_good_enough, relevance
from apps.knowledge.retrieval.fusion import fuse
from apps.knowledge.retrieval.vocabulary import in_house_words
from apps.knowledge.retrieval.words import coverage, matches, understand
from apps.llm.embeddings import EmbeddingsUnavailable, embed

MAX_QUERY = 1000
MAX_LIMIT = 50
#: How many passages each of the two searches contributes.
_CANDIDATES = 30


@dataclass(frozen=True)
class PassageHit:
    """A passage found. `score` orders the hits (reciprocal rank fusion); `similarity` is the cosine of
    question and passage, None without embeddings; `coverage` the weighted share of the question's words
    that the passage holds, 0 to 1.
    """

    passage: Passage
    score: float
    similarity: float | None
    coverage: float

    @property
    def relevance(self) -> float:
        """How well it answers, comparable between questions."""
        return relevance(self.similarity, self.coverage)


def search(query: str, *, limit: int = 5) -> list[PassageHit]:
    """Up to `limit` passages that answer `query`, best first; none if the knowledge base does not cover it.

    Words and meaning are searched separately and fused by rank. Without embeddings, words alone decide.
    """
    words = as_question(query)
    found = candidates(words) if words else []
    covered = [hit for hit in found if is_good_enough(hit.similarity, hit.coverage)]
    return covered[: max(0, min(limit, MAX_LIMIT))]


def as_question(query: str) -> str:
    """What is searched for: bounded, storable, in house words; empty if nothing of it can be read."""
    # PostgreSQL stores neither NUL nor half a surrogate pair.
    storable = query[:MAX_QUERY].replace("\x00", " ").encode("utf-8", "ignore").decode("utf-8")
    return in_house_words(storable)


def candidates(query: str) -> list[PassageHit]:
    """Everything that either search found, best first, however far from the question."""
    question = understand(query)
    vector = question_vector(query)
    rankings = [matches(question, _CANDIDATES)]
    if vector is not None:
        nearest = Passage.objects.nearest(vector).values_list("pk", flat=True)
        rankings.append(list(nearest[:_CANDIDATES]))
    scores = fuse(*rankings)
    passages = (
        Passage.objects.filter(pk__in=scores)
        .select_related("document")
        .defer("embedding", "search")
        .annotate(coverage=coverage(question))
        .with_distance(vector)
    )
    hits = [_hit(passage, scores[passage.pk]) for passage in passages]
    return sorted(hits, key=lambda hit: (-hit.score, -hit.relevance, hit.passage.pk))


def _hit(passage: Passage, score: float) -> PassageHit:
    distance: float | None = passage.distance  # type: ignore[attr-defined]
    similarity = None if distance is None else 1.0 - distance
    covered: float = passage.coverage  # type: ignore[attr-defined]
    return PassageHit(passage, score, similarity, covered)


def question_vector(query: str) -> NDArray[np.float32] | None:
    """The embedding of a question; None where the encoder is not installed."""
    try:
        vector: NDArray[np.float32] = embed([query])[0]
    except EmbeddingsUnavailable:
        return None
    return vector
