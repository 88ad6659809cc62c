"""How search came to its answer, for people who want to know why something is found or not."""

from __future__ import annotations

from dataclasses import dataclass

from apps.accounts.models import User
from apps.knowledge.models import Passage
from apps.knowledge.retrieval.words import understand
from apps.knowledge.selectors.retrieval import PassageHit, as_question, candidates, question_vector


@dataclass(frozen=True)
class Word:
    """A word of the question: its share of the weight, and in how many passages it stands."""

    lexeme: str
    share: float
    passages: int

    @property
    def percent(self) -> int:
        """The share in per cent."""
        return round(self.share * 100)


@dataclass(frozen=True)
class Retrieval:
    """Everything that the two searches found, best first. `has_vector` is False where meaning is off."""

    asked: str
    words: tuple[Word, ...]
    hits: tuple[PassageHit, ...]
    has_vector: bool


def retrieve(query: str, *, user: User) -> Retrieval:
    """What search does for that person, step by step."""
    asked = as_question(query)
    question = understand(asked, Passage.objects.visible_to(user))
    words = [Word(lexeme, share, question.counts[lexeme]) for lexeme, share in question.shares.items()]
    words.sort(key=lambda word: -word.share)
    found = candidates(asked, user) if asked else []
    return Retrieval(asked, tuple(words), tuple(found), question_vector(asked) is not None)
