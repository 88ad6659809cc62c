"""The names of questions within a run: the step, the attempt at it, and how often it was asked anew.

"3" is the first question about step 3, "3?1" the one after its first attempt was interrupted, "3?~1" and
"3?1~1" the same again because what they are about had changed.
"""

from __future__ import annotations

ATTEMPT, ANEW = "?", "~"


def step_of(key: str) -> str:
    """The step that a question is about."""
    return key.partition(ATTEMPT)[0]


def attempt_of(key: str) -> str:
    """The name of the first question about the same attempt."""
    return key.partition(ANEW)[0].removesuffix(ATTEMPT)


def next_key(key: str) -> str:
    """The name of the same question, asked anew."""
    first = attempt_of(key)
    number = int(key.partition(ANEW)[2] or 0) + 1
    return f"{first}{'' if ATTEMPT in first else ATTEMPT}{ANEW}{number}"
