"""Measuring the router on labelled sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from apps.assistant.routing.similarity import NONE, rank

CASES = Path(__file__).with_name("calibration.yaml")


@dataclass(frozen=True)
class Verdict:
    """One sentence: what it should be, what wins above the threshold, and how near that was."""

    sentence: str
    expected: str
    chosen: str
    score: float


@dataclass(frozen=True)
class Quality:
    """Shares in [0, 1]: jobs that reached their skill, and other sentences left alone."""

    hits: float
    rejections: float
    verdicts: list[Verdict]


def measure(threshold: float | None = None) -> Quality:
    """Route every labelled sentence; `threshold` overrides the one in force."""
    labelled = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    verdicts = [
        _verdict(sentence, expected, threshold) for expected, texts in labelled.items() for sentence in texts
    ]
    jobs = [verdict for verdict in verdicts if verdict.expected != NONE]
    others = [verdict for verdict in verdicts if verdict.expected == NONE]
    return Quality(_share(jobs), _share(others), verdicts)


def _verdict(sentence: str, expected: str, threshold: float | None) -> Verdict:
    scores, in_force = rank(sentence)
    limit = in_force if threshold is None else threshold
    best = scores[0]
    chosen = best.skill if best.value >= limit else NONE
    return Verdict(sentence, expected, chosen, best.value)


def _share(verdicts: Iterable[Verdict]) -> float:
    listed = list(verdicts)
    return sum(verdict.chosen == verdict.expected for verdict in listed) / len(listed)
