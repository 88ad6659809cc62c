"""Where an interrupted text and its continuation meet, no character is lost and none is shown twice."""

from __future__ import annotations

import pytest

from apps.llm.delivery.seam import Seam

SHOWN = "The pipeline holds twelve open leads, most of them restau"


def joined(shown: str, continuation: str, chunk: int = 3) -> str:
    """The whole text as the reader sees it."""
    seam = Seam(shown)
    pieces = [continuation[at : at + chunk] for at in range(0, len(continuation), chunk)]
    return shown + "".join(seam.feed(piece) for piece in pieces) + seam.flush()


@pytest.mark.parametrize("chunk", [1, 3, 100])
@pytest.mark.parametrize(
    "continuation",
    [
        "rants.",
        "restaurants.",
        "them restaurants.",
        "open leads, most of them restaurants.",
        SHOWN + "rants.",
    ],
)
def test_repetitions_are_cut_away(continuation: str, chunk: int) -> None:
    assert joined(SHOWN, continuation, chunk) == SHOWN + "rants."


@pytest.mark.parametrize(
    ("shown", "continuation"),
    [
        ("It costs 1", "1,200 dollars."),
        ("| won | ", "won | 5 |"),
        ("allow", "ance"),
        ("He said that ", "that was fine."),
        ("Row 10: 1", "10 leads"),
        ("你好，我们的管道", "里有十二个潜在客户。"),
    ],
)
def test_a_coincidence_is_not_taken_for_a_repetition(shown: str, continuation: str) -> None:
    assert joined(shown, continuation) == shown + continuation


def test_a_repetition_and_nothing_else_adds_nothing() -> None:
    assert joined(SHOWN, SHOWN) == SHOWN


def test_without_an_earlier_text_everything_passes_at_once() -> None:
    assert Seam("").feed("a") == "a"
