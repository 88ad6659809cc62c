"""Search in the passages of the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.knowledge.models import Passage
from apps.knowledge.querysets import PassageQuerySet
from apps.knowledge.retrieval.floor import is_good_enough, relevance
from apps.knowledge.retrieval.fusion import fuse
from apps.knowledge.retrieval.vocabulary import in_house_words
from apps.knowledge.retrieval.words import coverage, matches, understand
from apps.llm.embeddings import EmbeddingsUnavailable, embed

MAX_QUERY = 1000
MAX_LIMIT = 50
#: How many passages each of the two searches contributes.
_CANDIDATES = 30
#: So many of the nearest passages are looked at for readable ones. It bounds the time of a search (pgvector's
#: own bound is half of it, and rows that were deleted and not yet vacuumed count too).
_WALKED = 40_000
#: Where so many are not enough, no more than so many readable passages are compared one by one.
_COMPARED = 20_000


@dataclass(frozen=True)
class PassageHit:
    """A passage found. `score` orders the hits (reciprocal rank fusion); `similarity` is the cosine of
    question and passage, None without embeddings; `coverage` the weighted share of the question's words
    that the passage holds, 0 to 1. `word_rank` and `meaning_rank` are its places in the two searches, from 1;
    None where one did not find it.
    """

    passage: Passage
    score: float
    similarity: float | None
    coverage: float
    word_rank: int | None = None
    meaning_rank: int | None = None

    @property
    def relevance(self) -> float:
        """How well it answers, comparable between questions."""
        return relevance(self.similarity, self.coverage)

    @property
    def is_good_enough(self) -> bool:
        """Whether it may be shown as an answer."""
        return is_good_enough(self.similarity, self.coverage)


def search(query: str, *, user: User, limit: int = 5) -> list[PassageHit]:
    """Up to `limit` passages that answer `query` and that `user` may read, best first; none if there are
    none.

    Words and meaning are searched separately and fused by rank. Without embeddings, words alone decide. What
    the user may not read takes part in nothing: neither in the ranks nor in the weights of the words.
    """
    words = as_question(query)
    found = candidates(words, user) if words else []
    covered = [hit for hit in found if hit.is_good_enough]
    return covered[: max(0, min(limit, MAX_LIMIT))]


def as_question(query: str) -> str:
    """What is searched for: bounded, storable, in house words; empty if nothing of it can be read."""
    # PostgreSQL stores neither NUL nor half a surrogate pair.
    storable = query[:MAX_QUERY].replace("\x00", " ").encode("utf-8", "ignore").decode("utf-8")
    return in_house_words(storable)


def candidates(query: str, user: User) -> list[PassageHit]:
    """Everything that either search found for the user, best first, however far from the question."""
    readable = Passage.objects.visible_to(user)
    question = understand(query, readable)
    vector = question_vector(query)
    by_words = matches(question, _CANDIDATES, readable)
    by_meaning = _nearest(vector, readable) if vector is not None else []
    scores = fuse(by_words, by_meaning)
    word_ranks = {key: rank for rank, key in enumerate(by_words, 1)}
    meaning_ranks = {key: rank for rank, key in enumerate(by_meaning, 1)}
    passages = (
        readable.filter(pk__in=scores)
        .select_related("document")
        .defer("embedding", "search")
        .annotate(coverage=coverage(question))
        .with_distance(vector)
    )
    hits = [_hit(passage, scores, word_ranks, meaning_ranks) for passage in passages]
    return sorted(hits, key=lambda hit: (-hit.score, -hit.relevance, hit.passage.pk))


def _nearest(vector: NDArray[np.float32], readable: PassageQuerySet) -> list[UUID]:
    """Keys of the nearest passages. The index walks on until enough of them are readable (pgvector 0.8); it
    would otherwise look at the nearest few of all, and find nothing among other people's documents. Few files
    behind a great many of other people are out of its reach: then these few are compared without it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), "
            "set_config('hnsw.max_scan_tuples', %s, true), set_config('hnsw.scan_mem_multiplier', '4', true)",
            [str(_WALKED)],
        )
        found = list(readable.nearest(vector).values_list("pk", flat=True)[:_CANDIDATES])
    if len(found) == _CANDIDATES:
        return found
    few = Passage.objects.filter(pk__in=readable.order_by().values("pk")[:_COMPARED])
    return list(few.compared(vector).values_list("pk", flat=True)[:_CANDIDATES])


def _hit(
    passage: Passage, scores: dict[UUID, float], word_ranks: dict[UUID, int], meaning_ranks: dict[UUID, int]
) -> PassageHit:
    distance: float | None = passage.distance  # type: ignore[attr-defined]
    return PassageHit(
        passage,
        scores[passage.pk],
        similarity=None if distance is None else 1.0 - distance,
        coverage=passage.coverage,  # type: ignore[attr-defined]
        word_rank=word_ranks.get(passage.pk),
        meaning_rank=meaning_ranks.get(passage.pk),
    )


def question_vector(query: str) -> NDArray[np.float32] | None:
    """The embedding of a question; None where the encoder is not installed."""
    try:
        vector: NDArray[np.float32] = embed([query])[0]
    except EmbeddingsUnavailable:
        return None
    return vector
