"""Answering with the words of the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.knowledge.choices import PUBLIC
from apps.knowledge.models import Passage
from apps.knowledge.retrieval import excerpt
from apps.knowledge.retrieval.floor import relevance
from apps.knowledge.retrieval.words import Question, coverages, understand
from apps.knowledge.selectors.retrieval import PassageHit, as_question, question_vector, search
from apps.llm.embeddings import embed

#: A question whose words the heading holds to this share asks for the passage as a whole.
_NAMES_THE_PASSAGE = 0.9
#: Beside the best answer, one that is this much less relevant only distracts.
_FAR_BELOW = 0.15
#: So much of a quote goes into the address of its passage, which marks it there.
MARKED = 200


@dataclass(frozen=True)
class QuoteHit:
    """Words of a passage, exactly as they stand there, with where they stand.

    `citation` holds kind, id, label, url and quote of the passage, and its document. `relevance` is
    comparable between quotes.
    `is_upload`: the words are those of a file that somebody put in, not of the reviewed folder. `is_public`:
    customers may be told them; playbooks and uploaded files are for the house.
    """

    text: str
    heading: str
    citation: dict[str, str] = field(hash=False)
    relevance: float
    is_upload: bool = False
    is_public: bool = False


@dataclass(frozen=True)
class _Asked:
    question: Question
    vector: NDArray[np.float32] | None


def answer_quotes(query: str, *, user: User, limit: int = 4) -> list[QuoteHit]:
    """Up to `limit` quotes that answer `query` from what `user` may read, best first; none if it is not
    covered.

    A short passage is quoted whole, of a long one its best one to three sentences. Quotes far less relevant
    than the best are left out, so that usually one to three remain.
    """
    return quotes_of(search(query, user=user, limit=limit * 2), query, user=user)[:limit]


def quotes_of(hits: list[PassageHit], query: str, *, user: User) -> list[QuoteHit]:
    """What of these hits would be quoted, best first."""
    if not hits:
        return []
    words = as_question(query)
    asked = _Asked(understand(words, Passage.objects.visible_to(user)), question_vector(words))
    quotes = sorted((_quote(hit, asked) for hit in hits), key=lambda quote: -quote.relevance)
    kept: dict[str, QuoteHit] = {}
    for quote in quotes:
        if quote.relevance >= quotes[0].relevance - _FAR_BELOW:
            kept.setdefault(quote.text, quote)
    return list(kept.values())


def _quote(hit: PassageHit, asked: _Asked) -> QuoteHit:
    passage = hit.passage
    text, fit = _best_words(hit, asked)
    citation = {
        "kind": "knowledge.passage",
        "id": str(passage.pk),
        "label": passage.label,
        "url": f"{passage.get_absolute_url()}?{urlencode({'mark': text[:MARKED]})}#quote",
        "quote": text,
        "document": str(passage.document_id),
    }
    document = passage.document
    is_public = document.kind in PUBLIC and not document.is_upload
    return QuoteHit(text, passage.heading, citation, fit, document.is_upload, is_public)


def _best_words(hit: PassageHit, asked: _Asked) -> tuple[str, float]:
    """What to quote of the passage, and how well that answers."""
    text = hit.passage.text
    if len(text) <= excerpt.SHORT:
        return text, hit.relevance
    parts = excerpt.sentences(text)
    if coverages(asked.question, [hit.passage.heading])[0] >= _NAMES_THE_PASSAGE:
        return excerpt.beginning(text, parts), hit.relevance
    scores = _scores(hit.passage, parts, asked)
    # Both must fit: the sentence, and the passage that it is taken from.
    return excerpt.best_stretch(text, parts, scores), min(hit.relevance, max(scores))


def _scores(passage: Passage, parts: list[excerpt.Sentence], asked: _Asked) -> list[float]:
    """How well each sentence answers, read below the heading that it belongs to."""
    pieces = tuple(f"{passage.heading}\n{passage.text[part.start : part.end]}" for part in parts)
    covered = coverages(asked.question, pieces)
    if asked.vector is None:
        return [relevance(None, share) for share in covered]
    similarities = _vectors(pieces) @ asked.vector
    return [relevance(float(cosine), share) for cosine, share in zip(similarities, covered, strict=True)]


@lru_cache(maxsize=512)
def _vectors(pieces: tuple[str, ...]) -> NDArray[np.float32]:
    # A long passage takes the encoder 50 to 100 ms, and the same passages are asked for again and again.
    return embed(pieces)
