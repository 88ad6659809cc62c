"""How near a message is to the examples of each skill."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import structlog
import yaml
from numpy.typing import NDArray
from rapidfuzz import fuzz, utils

from apps.assistant.routing.glossing import glossed
from apps.assistant.skillkit import skills
from apps.assistant.slots.capitals import unnamed
from apps.llm.embeddings import EmbeddingsUnavailable, embed

log = structlog.get_logger(__name__)

NONE = "none_of_these"
NONE_FILE = Path(__file__).with_name("none_of_these.yaml")
#: Below this cosine the message is about nothing we know. Measured by `manage.py calibrate_router`, which
#: prints hits and false alarms on labelled sentences that are not among the examples.
THRESHOLD = 0.45
LEXICAL_THRESHOLD = 72 / 100


@dataclass(frozen=True)
class Score:
    """A skill and its similarity in [-1, 1]."""

    skill: str
    value: float


@dataclass(frozen=True)
class _Index:
    names: list[str]
    texts: list[str]
    vectors: NDArray[np.float32] | None


def rank(message: str) -> tuple[list[Score], float]:
    """Skills by similarity, best first, and the threshold that belongs to the measure.

    The measure is the cosine of MiniLM embeddings to the nearest example, both in English and without names;
    where the model is not installed, fuzzy word overlap. `none_of_these` competes like a skill, with examples
    of small talk and other matters. Nothing is like a message in which no word is known.
    """
    index = _index()
    message = unnamed(glossed(message))
    if not message.strip():
        return [], 1.0
    if index.vectors is None:
        values = [
            fuzz.token_set_ratio(message, text, processor=utils.default_process) / 100 for text in index.texts
        ]
        threshold = LEXICAL_THRESHOLD
    else:
        values = list(index.vectors @ _embedded(message))
        threshold = THRESHOLD
    best: dict[str, float] = {}
    for name, value in zip(index.names, values, strict=True):
        best[name] = max(best.get(name, -1.0), float(value))
    scores = [Score(name, value) for name, value in best.items()]
    return sorted(scores, key=lambda score: -score.value), threshold


@lru_cache(maxsize=1024)
def _cached_vector(message: str) -> bytes:
    return bytes(embed([message])[0].tobytes())


def _embedded(message: str) -> NDArray[np.float32]:
    return np.frombuffer(_cached_vector(message[:1000]), dtype=np.float32)


_lock = threading.Lock()
_built: list[_Index] = []


def _index() -> _Index:
    """The examples of all skills, embedded once per process."""
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
    try:
        return _Index(names, texts, embed(texts))
    except EmbeddingsUnavailable as error:
        log.warning("router.lexical", reason=str(error))
        return _Index(names, texts, None)
