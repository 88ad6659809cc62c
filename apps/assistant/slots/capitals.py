"""Names in a sentence, told by their capitals; the trade's own words have theirs and are no names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

#: Stands for any name: a word that says "some company" and nothing else.
SOMEBODY = "Acme"
_FILE = Path(__file__).with_name("capitals.yaml")
_WORD = r"[A-Z][\w'’&-]*"
# Not at the beginning of a sentence, where every word has a capital.
_NAME = re.compile(rf"(?<!^)(?<![.!?]\s)(?<!&)\b{_WORD}(?:\s+{_WORD})*")


def names_in(text: str) -> list[str]:
    """Runs of capitalised words that are not our own, in their order."""
    return [found[0] for found in _NAME.finditer(text) if _is_name(found[0])]


def unnamed(text: str) -> str:
    """`text` with one and the same name in place of each: what is wanted does not depend on whom it is about.

    The encoder hears "Harbour Grill" louder than the verb beside it, so that an example about that very
    company would win whatever is wanted.
    """
    return _NAME.sub(lambda found: SOMEBODY if _is_name(found[0]) else found[0], text)


def _is_name(run: str) -> bool:
    known = _known()
    return not all(word in known for word in run.split())


@cache
def _known() -> frozenset[str]:
    words: list[str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return frozenset(words)
