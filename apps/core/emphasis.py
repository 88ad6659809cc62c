"""Bold words beside Chinese, which has no blanks: CommonMark takes “**下一步：**我们” for asterisks.

A marker between a sign and a Chinese letter counts as if a blank stood there, on the side that is meant.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

_MARKERS = "*_"
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


def read_beside_chinese(reader: MarkdownIt) -> MarkdownIt:
    """The reader, with the rule for emphasis that also reads Chinese, Japanese and Korean."""
    reader.inline.ruler.at("emphasis", _marked)
    return reader


def _marked(state: StateInline, silent: bool) -> bool:
    marker = state.src[state.pos]
    if silent or marker not in _MARKERS:
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    before, after = _around(state, scanned.length)
    beside = marker == "*" and bool(_EAST_ASIAN.match(before) or _EAST_ASIAN.match(after))
    can_open = scanned.can_open or (beside and not after.isspace() and not _is_sign(before))
    can_close = scanned.can_close or (beside and not before.isspace() and not _is_sign(after))
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=can_open,
                close=can_close,
            )
        )
    state.pos += scanned.length
    return True


def _around(state: StateInline, length: int) -> tuple[str, str]:
    """The letters beside a run of markers; the ends of a text are blanks."""
    before = state.src[state.pos - 1] if state.pos else " "
    end = state.pos + length
    return before, state.src[end] if end < state.posMax else " "


def _is_sign(letter: str) -> bool:
    return isMdAsciiPunct(ord(letter)) or isPunctChar(letter)
