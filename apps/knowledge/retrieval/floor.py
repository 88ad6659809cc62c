"""When a passage is too far from the question to be shown.

The constants come from `tests/knowledge/calibration.py`, which prints the curve they were read from.
"""

from __future__ import annotations

#: What full coverage of the question's words adds to the cosine similarity.
COVERAGE_WEIGHT = 0.4
#: Below this similarity common words are a coincidence, and their coverage does not count.
LEAST_SIMILARITY = 0.3
#: Least relevance of a passage that answers the question.
FLOOR = 0.6
#: Least coverage where there is no embedding to compare.
COVERAGE_FLOOR = 0.5


def relevance(similarity: float | None, coverage: float) -> float:
    """How well a passage fits a question, on the scale of `FLOOR`.

    `similarity` is the cosine of the two embeddings, None where there is none; `coverage` the share of the
    question's words, 0 to 1.
    """
    if similarity is None:
        return coverage * FLOOR / COVERAGE_FLOOR
    if similarity < LEAST_SIMILARITY:
        return similarity
    return similarity + COVERAGE_WEIGHT * coverage


def is_good_enough(similarity: float | None, coverage: float) -> bool:
    """Whether the passage may be shown as an answer."""
    return relevance(similarity, coverage) >= FLOOR
