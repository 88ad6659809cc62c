"""A message as the readers of sentences get it: short, and without long runs of blanks."""

from __future__ import annotations

import re

#: What somebody says in words is shorter; behind this people paste what it is about.
LONGEST_SENTENCE = 2_000
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n(?: ?\n){2,}")


def sentence(text: str) -> str:
    """`text` with one blank for many, at most one empty line in a row, and at most 2,000 characters.

    The patterns of the readers try many places; this bounds what they can cost. It is for finding things in
    what was said, never for what is stored, sent or checked.
    """
    return _EMPTY_LINES.sub("\n\n", _BLANKS.sub(" ", text))[:LONGEST_SENTENCE]
