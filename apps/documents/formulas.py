"""Cells that a spreadsheet would run."""

from __future__ import annotations

#: What makes a spreadsheet read a cell as a formula, in ASCII and in the full-width forms that some
#: programs fold to ASCII first. OWASP, "CSV Injection".
_TRIGGERS = tuple("=+-@\t\r\n＝＋－＠")
_GUARD = "'"


def neutralise(text: str) -> str:
    """`text`, with an apostrophe before it if a spreadsheet might run it. Leading blanks hide nothing."""
    if text.startswith(_TRIGGERS) or text.lstrip(" \u00a0\u3000\ufeff").startswith(_TRIGGERS):
        return _GUARD + text
    return text


def as_written(text: str) -> str:
    """The text that `neutralise` was given: for files of ours that come back."""
    if not text.startswith(_GUARD):
        return text
    bare = text.removeprefix(_GUARD)
    return bare if neutralise(bare) == text else text
