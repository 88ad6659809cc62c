"""The floor separates what the knowledge base covers from what it does not."""

from __future__ import annotations

import pytest

from apps.knowledge import services
from apps.knowledge.retrieval.floor import FLOOR
from apps.knowledge.selectors import search
from tests.knowledge.calibration import best_floor, evidence, halves, labelled, observe, point, quality
from tests.knowledge.conftest import reader

pytestmark = pytest.mark.usefixtures("knowledge_base")


def test_the_list_is_long_enough_to_calibrate_on() -> None:
    answers = list(labelled().values())
    assert answers.count(True) >= 60
    assert answers.count(False) >= 60


def test_nine_of_ten_questions_are_answered_or_refused_rightly() -> None:
    covered = [question for question, is_covered in labelled().items() if is_covered]
    uncovered = [question for question, is_covered in labelled().items() if not is_covered]
    hits = {question: search(question, limit=3, user=reader()) for question in covered}
    answered = sum(bool(found) for found in hits.values())
    refused = sum(not search(question, user=reader()) for question in uncovered)
    assert answered / len(covered) >= 0.9, f"{answered} of {len(covered)} covered questions are answered"
    assert refused / len(uncovered) >= 0.9, f"{refused} of {len(uncovered)} uncovered questions are refused"
    right = sum(
        any(_holds(hit.passage.heading, hit.passage.text, words) for hit in hits[question])
        for question, words in evidence().items()
    )
    assert right / len(covered) >= 0.9, f"{right} of {len(covered)} are answered rightly within three hits"


def test_the_answer_is_nearly_always_among_the_first_five() -> None:
    found = quality()
    assert found.recall_at_5 >= 0.9, found
    assert found.mean_reciprocal_rank >= 0.75, found


def _holds(heading: str, text: str, words: str) -> bool:
    return words.lower() in f"{heading} {text}".lower()


def test_a_floor_learned_on_one_half_holds_on_the_other() -> None:
    setting, judging = halves(observe())
    learned = best_floor(setting)
    judged = point(judging, learned)
    assert min(judged.answered, judged.refused) >= 0.9, judged
    assert abs(learned - FLOOR) <= 0.05, f"the constant has drifted from the questions: {learned:.2f}"


def test_the_answer_is_among_the_words_quoted() -> None:
    missed = [
        question
        for question, words in evidence().items()
        if not any(
            _holds(quote.heading, quote.text, words)
            for quote in services.answer_quotes(question, user=reader())
        )
    ]
    assert len(missed) <= 0.15 * len(evidence()), missed
