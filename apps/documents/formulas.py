"""Cells that a spreadsheet would run."""

from __future__ import annotations

import unicodedata

#: What makes a spreadsheet read a cell as a formula, in ASCII and in the full-width forms that some
#: programs fold to ASCII first. OWASP, "CSV Injection".
_TRIGGERS = frozenset("=+-@\t\r\n＝＋－＠")
_GUARD = "'"


def neutralise(text: str) -> str:
    """`text`, with an apostrophe before it if a spreadsheet might run it.

    Blanks and invisible characters before a trigger hide nothing: some programs drop them.
    """
    first = next((character for character in text if character in _TRIGGERS or not _is_unseen(character)), "")
    return _GUARD + text if first in _TRIGGERS else text


def as_written(text: str) -> str:
    """The text that `neutralise` was given: for files of ours that come back."""
    if not text.startswith(_GUARD):
        return text
    bare = text.removeprefix(_GUARD)
    return bare if neutralise(bare) == text else text


def _is_unseen(character: str) -> bool:
    """Whether nobody sees it: white space, control characters, and marks of direction or joining."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}
