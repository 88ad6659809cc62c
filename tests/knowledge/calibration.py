"""How good search is on labelled questions, where its floor lies, and what each floor would let through.

`python -m tests.knowledge.calibration` prints the figures for the index of the configured database.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from apps.knowledge.selectors import PassageHit

QUESTIONS = Path(__file__).with_name("questions.yaml")


@dataclass(frozen=True)
class Observation:
    """The best relevance that anything in the knowledge base has for a question."""

    question: str
    is_covered: bool
    relevance: float


@dataclass(frozen=True)
class Quality:
    """How well covered questions are found, 0 to 1: the share with an answer in the first hit and in the
    first five, and the mean reciprocal rank of the first answer (among ten; 0 without one).
    """

    recall_at_1: float
    recall_at_5: float
    mean_reciprocal_rank: float
    missed: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """Shares, 0 to 1: covered questions that a floor answers, uncovered ones that it leaves unanswered."""

    floor: float
    answered: float
    refused: float


def labelled() -> dict[str, bool]:
    """Question → whether the knowledge base covers it."""
    lists = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    return {**dict.fromkeys(lists["covered"], True), **dict.fromkeys(lists["uncovered"], False)}


def evidence() -> dict[str, str]:
    """Covered question → words that a good answer holds."""
    words: dict[str, str] = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["covered"]
    return words


def observe() -> list[Observation]:
    """Ask every labelled question, without a floor."""
    from apps.knowledge.selectors.retrieval import as_question, candidates
    from tests.knowledge.conftest import reader

    user = reader()
    return [
        Observation(
            question,
            is_covered,
            max((hit.relevance for hit in candidates(as_question(question), user)), default=0.0),
        )
        for question, is_covered in labelled().items()
    ]


def quality() -> Quality:
    """Search for every covered question, with the floor in force. A hit answers if it holds the evidence."""
    from apps.knowledge.selectors import search
    from tests.knowledge.conftest import reader

    user = reader()
    ranks = {
        question: _first_answer(search(question, user=user, limit=10), words)
        for question, words in evidence().items()
    }
    count = len(ranks)
    return Quality(
        recall_at_1=sum(rank == 1 for rank in ranks.values()) / count,
        recall_at_5=sum(1 <= rank <= 5 for rank in ranks.values()) / count,
        mean_reciprocal_rank=sum(1 / rank for rank in ranks.values() if rank) / count,
        missed=tuple(question for question, rank in ranks.items() if not 1 <= rank <= 5),
    )


def _first_answer(hits: list[PassageHit], words: str) -> int:
    """Its rank from 1; 0 without one."""
    texts = [f"{hit.passage.heading} {hit.passage.text}".lower() for hit in hits]
    return next((rank for rank, text in enumerate(texts, 1) if words.lower() in text), 0)


def curve(observations: list[Observation], step: float = 0.02) -> list[Point]:
    """The points of floors from 0.3 to 1.0."""
    return [point(observations, 0.3 + step * number) for number in range(round(0.7 / step) + 1)]


def point(observations: list[Observation], floor: float) -> Point:
    """What `floor` would do."""
    covered = [seen.relevance >= floor for seen in observations if seen.is_covered]
    uncovered = [seen.relevance < floor for seen in observations if not seen.is_covered]
    return Point(floor, sum(covered) / len(covered), sum(uncovered) / len(uncovered))


def halves(observations: list[Observation]) -> tuple[list[Observation], list[Observation]]:
    """Every other question sets the floor, the rest judges it."""
    return observations[::2], observations[1::2]


def best_floor(observations: list[Observation]) -> float:
    """The floor with the best worse side; in the middle if several do equally well."""
    points = curve(observations, step=0.01)
    best = max(min(point.answered, point.refused) for point in points)
    equal = [point.floor for point in points if min(point.answered, point.refused) == best]
    return equal[len(equal) // 2]


def main() -> None:
    """Print quality, curve, floors and mistakes."""
    import django

    django.setup()
    from apps.knowledge.retrieval.floor import FLOOR

    found = quality()
    print(f"recall@1 {found.recall_at_1:.1%}, recall@5 {found.recall_at_5:.1%}")
    print(f"mean reciprocal rank {found.mean_reciprocal_rank:.3f}")
    for question in found.missed:
        print(f"  not within five: {question}")
    observations = observe()
    print("floor  answered  refused")
    for seen in curve(observations):
        print(f"{seen.floor:5.2f}  {seen.answered:7.1%}  {seen.refused:7.1%}")
    setting, judging = halves(observations)
    learned = best_floor(setting)
    judged = point(judging, learned)
    print(f"learned on one half: {learned:.2f}; other half: {judged.answered:.1%} / {judged.refused:.1%}")
    print(f"in use: {FLOOR}")
    for seen in sorted(observations, key=lambda seen: seen.relevance):
        if (seen.relevance >= FLOOR) != seen.is_covered:
            label = "covered" if seen.is_covered else "uncovered"
            print(f"  wrong: {seen.relevance:.2f} {label}: {seen.question}")


if __name__ == "__main__":
    main()
