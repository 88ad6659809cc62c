"""The words of a passage that answer best: it whole if it is short, or else up to three of its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from apps.knowledge.retrieval.sentences import Span, spans

#: A passage up to this many characters is quoted whole.
SHORT = 420
MAX_SENTENCES = 3
#: A neighbour joins the best sentence if it is nearly as good; both on the scale of the scores.
_NEARLY = 0.6


def is_short(text: str) -> bool:
    """Whether the passage needs no cutting."""
    return len(text) <= SHORT


def cut(text: str, parts: Sequence[Span], scores: Sequence[float]) -> str:
    """The best stretch of neighbouring sentences, exactly as it stands in `text`.

    `scores` says how well each of `parts` answers; a line that announces a list brings its first item.
    """
    best = max(range(len(parts)), key=lambda n: scores[n])
    first = last = best
    while last - first + 1 < MAX_SENTENCES:
        before = scores[first - 1] if first else 0.0
        after = scores[last + 1] if last + 1 < len(parts) else 0.0
        if last + 1 < len(parts) and text[parts[last].end - 1] == ":":
            last += 1
        elif max(before, after) < _NEARLY * scores[best]:
            break
        elif after >= before:
            last += 1
        else:
            first -= 1
    return text[parts[first].start : parts[last].end]


def sentences(text: str) -> list[Span]:
    """The pieces that `cut` chooses from."""
    return spans(text)
