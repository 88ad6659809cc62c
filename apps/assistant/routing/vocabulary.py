"""Which words tell the skills apart."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

_WORD = re.compile(r"[a-z]+")
_ENDINGS = ("ing", "ed", "es", "s")
#: So few telling words, and one that fits by chance would decide alone.
_LEAST_WEIGHT = 2.0


class Vocabulary:
    """The words of the examples of each skill: those that few skills use weigh more (inverse frequency, as in
    full-text search).
    """

    def __init__(self, examples: Iterable[tuple[str, str]]) -> None:
        self._used: dict[str, Counter[str]] = defaultdict(Counter)
        for skill, text in examples:
            self._used[skill].update(stems(text))
        spread = Counter(word for words in self._used.values() for word in words)
        self._weights = {word: math.log((len(self._used) + 1) / skills) for word, skills in spread.items()}

    def overlap(self, message: str) -> dict[str, float]:
        """For each skill, the share in [0, 1] of the message's telling words that its examples use, too."""
        words = stems(message) & self._weights.keys()
        whole = max(sum(self._weights[word] for word in words), _LEAST_WEIGHT)
        return {skill: self._shared(words, used) / whole for skill, used in self._used.items()}

    def _shared(self, words: set[str], used: Counter[str]) -> float:
        """A word of one example counts less than one that stands in several."""
        return sum(self._weights[word] * min(1.0, 0.5 + used[word] / 4) for word in words if used[word])


def stems(text: str) -> set[str]:
    """The words without the endings that English puts on them."""
    return {_stem(word) for word in _WORD.findall(text.lower())}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + 4:
            return word.removesuffix(ending)
    return word
