"""Two rankings become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

#: The constant of Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
#: rank learning methods", SIGIR 2009.
RANK_CONSTANT = 60


def fuse(*rankings: Sequence[K]) -> dict[K, float]:
    """Reciprocal rank fusion: key → Σ 1 / (60 + rank), ranks counted from 1; the best key first."""
    scores: dict[K, float] = defaultdict(float)
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            scores[key] += 1 / (RANK_CONSTANT + rank)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))
