"""Which passages answer a question best: by meaning (MiniLM) and by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from apps.llm.embeddings import EmbeddingsUnavailable, embed
from apps.perception.web.pages import Section

log = structlog.get_logger(__name__)

#: Characters of a passage: a few sentences, short enough to be quoted whole.
PASSAGE = 420
MAX_PASSAGES = 160
#: How much the same words count beside the same meaning. The encoder reads English best, hence the words.
WORDS = 0.35
_WORD = re.compile(r"[a-zà-öø-ÿ0-9]{2,}|[\u3400-\u9fff]{2,}", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n")
_COMMON = frozenset(
    {
        "the", "and", "for", "are", "was", "with", "that", "this", "from", "what", "which", "who", "how",
        "when", "where", "does", "have", "has", "you", "your", "our", "they", "about", "page", "site",
        "website", "tell", "give", "show", "all", "any", "can", "will", "is", "it", "in", "on", "of", "to",
        "at", "by", "an", "or", "do", "yang", "dan", "apa", "untuk", "di", "ini", "itu", "dari", "dengan",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """A few sentences below a heading. `source` is the place of its page in the list that was ranked."""

    heading: str
    text: str
    source: int = 0


@dataclass(frozen=True)
class Ranked:
    """A passage and how well it fits, about 0 to 1."""

    passage: Passage
    score: float


def passages_of(sections: Sequence[Section], *, source: int = 0) -> list[Passage]:
    """The page cut into passages; none crosses a heading."""
    found: list[Passage] = []
    for section in sections:
        text = ""
        for sentence in _SENTENCE.split(section.text):
            if text and len(text) + len(sentence) > PASSAGE:
                found.append(Passage(section.heading, text, source))
                text = ""
            text = f"{text} {sentence}".strip()[: PASSAGE * 2]
        if text:
            found.append(Passage(section.heading, text, source))
    return found


def rank(question: str, passages: Sequence[Passage], *, limit: int = 5) -> list[Ranked]:
    """The best passages, best first; in their own order when there is no question."""
    if not question.strip():
        return [Ranked(passage, 0.0) for passage in passages[:limit]]
    words = word_scores(question, [f"{passage.heading} {passage.text}" for passage in passages])
    # All are compared by words, the most promising by meaning too: that costs milliseconds each.
    kept = np.argsort(-words, kind="stable")[:MAX_PASSAGES] if len(passages) > MAX_PASSAGES else None
    chosen = [passages[int(index)] for index in kept] if kept is not None else list(passages)
    shared = words[kept] if kept is not None else words
    scores = scored(question, [f"{passage.heading}. {passage.text}" for passage in chosen], shared)
    order = np.argsort(-scores, kind="stable")[:limit]
    return [Ranked(chosen[int(index)], float(scores[int(index)])) for index in order]


def scored(question: str, texts: Sequence[str], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """How well each text fits; by words alone where the encoder is not installed."""
    if not texts:
        return np.zeros(0, dtype=np.float32)
    try:
        vectors = embed([question[:500], *(text[:600] for text in texts)])
    except EmbeddingsUnavailable as error:
        log.warning("web.lexical", reason=str(error))
        return words
    meaning: NDArray[np.float32] = vectors[1:] @ vectors[0]
    return (1 - WORDS) * meaning + WORDS * words


def word_scores(question: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """The share of the question's words that each text has, 0 to 1; rare words count more."""
    wanted = terms(question)
    if not wanted:
        return np.zeros(len(texts), dtype=np.float32)
    held = [terms(text) for text in texts]
    weights = {term: 1.0 / (1 + sum(term in found for found in held)) ** 0.5 for term in wanted}
    whole = sum(weights.values())
    shares = [sum(weights[term] for term in wanted & found) / whole for found in held]
    return np.array(shares, dtype=np.float32)


def terms(text: str) -> set[str]:
    """Words in lower case without their plural; of Chinese, pairs of characters."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        if "\u3400" <= word[0] <= "\u9fff":
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        elif word not in _COMMON:
            found.add(word.removesuffix("s") if len(word) > 3 else word)
    return found
