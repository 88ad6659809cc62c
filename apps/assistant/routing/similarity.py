"""How near a message is to the examples of each skill."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import structlog
import yaml
from numpy.typing import NDArray
from rapidfuzz import fuzz, utils

from apps.assistant.routing.glossing import glossed
from apps.assistant.routing.vocabulary import Vocabulary
from apps.assistant.skillkit import skills
from apps.assistant.slots.capitals import unnamed
from apps.llm.embeddings import EmbeddingsUnavailable, embed, embed_kept

log = structlog.get_logger(__name__)

NONE = "none_of_these"
NONE_FILE = Path(__file__).with_name("none_of_these.yaml")
#: Below this the message is about nothing we know. Measured by `manage.py calibrate_router`, which prints
#: hits and false alarms on labelled sentences that are not among the examples.
THRESHOLD = 0.36
LEXICAL_THRESHOLD = 72 / 100
#: What the words weigh against the meaning (1), and the next two examples against the nearest (the rest
#: of 1). On sentences that nobody had fitted: 81 % right by the nearest example alone, 94 % so; either number
#: may be a quarter larger or smaller without a change.
_WORDS, _NEXT = 0.4, 0.3


@dataclass(frozen=True)
class Score:
    """A skill and how near it is, at most 1."""

    skill: str
    value: float


@dataclass(frozen=True)
class _Index:
    names: list[str]
    texts: list[str]
    vectors: NDArray[np.float32] | None
    vocabulary: Vocabulary


def rank(message: str) -> tuple[list[Score], float]:
    """Skills by similarity, best first, and the threshold that belongs to the measure.

    The measure is how near the message is to the examples of a skill in meaning (cosine of MiniLM
    embeddings) and in the words that tell skills apart, all in English and without names; where the model is
    not installed, fuzzy word overlap. `none_of_these` competes like a skill, with examples of small talk and
    other matters. Nothing is like a message in which no word is known.
    """
    index = _index()
    message = unnamed(glossed(message))
    if not message.strip():
        return [], 1.0
    if index.vectors is None:
        return _sorted(_by_letters(index, message)), LEXICAL_THRESHOLD
    meant = _by_meaning(index, index.vectors @ _embedded(message))
    shared = index.vocabulary.overlap(message)
    values = {name: (near + _WORDS * shared[name]) / (1 + _WORDS) for name, near in meant.items()}
    return _sorted(values), THRESHOLD


def _by_meaning(index: _Index, cosines: NDArray[np.float32]) -> dict[str, float]:
    """The cosine to the nearest example of each skill, tempered by the next two: one that is near by chance
    has nobody beside it.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for name, value in zip(index.names, cosines.tolist(), strict=True):
        found[name].append(value)
    return {name: _tempered(sorted(values, reverse=True)) for name, values in found.items()}


def _tempered(values: list[float]) -> float:
    nearest, *others = values[:3]
    return (1 - _NEXT) * nearest + _NEXT * (sum(others) / len(others) if others else nearest)


def _by_letters(index: _Index, message: str) -> dict[str, float]:
    best: dict[str, float] = {}
    for name, text in zip(index.names, index.texts, strict=True):
        value = fuzz.token_set_ratio(message, text, processor=utils.default_process) / 100
        best[name] = max(best.get(name, -1.0), value)
    return best


def _sorted(values: Mapping[str, float]) -> list[Score]:
    return sorted((Score(name, value) for name, value in values.items()), key=lambda score: -score.value)


@lru_cache(maxsize=1024)
def _cached_vector(message: str) -> bytes:
    return bytes(embed([message])[0].tobytes())


def _embedded(message: str) -> NDArray[np.float32]:
    return np.frombuffer(_cached_vector(message[:1000]), dtype=np.float32)


_lock = threading.Lock()
_built: list[_Index] = []


def _index() -> _Index:
    """The examples of all skills, read once per process."""
    with _lock:
        if not _built:
            _built.append(_build())
        return _built[0]


def _build() -> _Index:
    examples = [
        (skill.name, text) for skill in skills if not skill.fallback for text in skill.manifest.examples
    ]
    examples += [(NONE, text) for text in yaml.safe_load(NONE_FILE.read_text(encoding="utf-8"))]
    names, texts = [name for name, _ in examples], [unnamed(glossed(text)) for _, text in examples]
    vocabulary = Vocabulary(zip(names, texts, strict=True))
    try:
        return _Index(names, texts, embed_kept(texts, name="router"), vocabulary)
    except EmbeddingsUnavailable as error:
        log.warning("router.lexical", reason=str(error))
        return _Index(names, texts, None, vocabulary)
