"""Results added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.assistant.evaluation.judging import COLUMNS
from apps.assistant.models import Evaluation


@dataclass(frozen=True)
class Tally:
    """How many cases were played and passed; `columns` is column → right, judged."""

    done: int
    passed: int
    columns: dict[str, list[int]]


def tally_of(evaluation: Evaluation) -> Tally:
    """What the results that are there come to."""
    results = list(evaluation.results.values_list("passed", "checks"))
    columns = add_up(checks for _passed, checks in results)
    return Tally(len(results), sum(is_passed for is_passed, _checks in results), columns)


def add_up(verdicts: Iterable[Mapping[str, bool | None]]) -> dict[str, list[int]]:
    """By column how many were right, of how many that were judged; what nobody judged is left out."""
    judged: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for checks in verdicts:
        for column, check in checks.items():
            judged[column] += check is not None
            right[column] += check is True
    return {name: [right[name], judged[name]] for name in COLUMNS if judged[name]}
