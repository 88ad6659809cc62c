"""A question in the words of the house: synonyms, and the trade's terms in Chinese and Malay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).resolve().parent.parent / "vocabulary.yaml"
# Han, kana and Hangul: scripts that neither the dictionary nor the encoder reads.
_UNREADABLE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


class Vocabulary(BaseModel):
    """vocabulary.yaml: for each language, what people say → what the knowledge base says; and words that say
    nothing about what a question is about.
    """

    model_config = ConfigDict(extra="forbid")
    weightless: list[str]
    english: dict[str, str]
    chinese: dict[str, str]
    malay: dict[str, str]


def in_house_words(query: str) -> str:
    """`query` with known terms replaced, and without characters of scripts that cannot be read.

    What is left may be empty: then nothing can be said about the question.
    """
    pattern, words = _compiled()
    replaced = pattern.sub(lambda found: f" {words[found[0].lower()]} ", query)
    return " ".join(_UNREADABLE.sub(" ", replaced).split())


@cache
def vocabulary() -> Vocabulary:
    """The file, read once per process."""
    return Vocabulary.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def _compiled() -> tuple[re.Pattern[str], Mapping[str, str]]:
    spoken = vocabulary()
    words = {**spoken.malay, **spoken.english, **spoken.chinese}
    # Longer terms first: "transaction fee" must win over "fee".
    terms = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_term, terms)), re.IGNORECASE), words


def _term(term: str) -> str:
    # Chinese is written without spaces between words.
    return re.escape(term) if _UNREADABLE.search(term) else rf"\b{re.escape(term)}\b"
