"""Markdown: texts and tables that foreign content cannot break, as HTML, and without their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape as as_html
from typing import Any, Literal

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from apps.core.emphasis import read_beside_chinese

Align = Literal["left", "right"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
# Escaped signs stay apart from the text around them: only what was not escaped is a citation.
_READER = read_beside_chinese(MarkdownIt("commonmark", {"html": False}))
_READER.enable(["table", "strikethrough"]).disable("text_join")
_RENDERER = read_beside_chinese(MarkdownIt("commonmark", {"html": False, "breaks": True}))
_RENDERER.enable(["table", "strikethrough"])
_CITATION = re.compile(r"\s?\[\^?\d+(?:,\s?\d+)*\]")
_TICK_BOX = re.compile(r"^\[[ xX]\]\s+")
#: What stands between the texts of two blocks, by the one that ended before; a space between all others.
_BETWEEN = {
    "heading_close": " · ",
    "list_item_close": " · ",
    "tr_close": " · ",
    "th_close": ", ",
    "td_close": ", ",
}
#: Nobody reads more in a line.
MAX_PLAIN = 4_000


def escape(text: str, limit: int = 200) -> str:
    """Foreign text on one line that shows as it is written, cut at `limit` characters."""
    line = " ".join(text.split())
    if len(line) > limit:
        line = line[: limit - 1].rstrip() + "…"
    return _SPECIAL.sub(r"\\\1", line)


def table(columns: Sequence[tuple[str, Align]], rows: Iterable[Sequence[str]]) -> str:
    """A table; headings and cells are Markdown already. An empty cell shows a dash."""
    lines = [
        _line([heading for heading, _ in columns]),
        _line(["--:" if align == "right" else "---" for _, align in columns]),
    ]
    lines.extend(_line([cell or "–" for cell in row]) for row in rows)
    return "\n".join(lines)


def plain(text: str) -> str:
    """Markdown as one line to read: its words, without marks and without citations like [1].

    A dot parts headings, items of lists and rows of tables from what follows. The line is text, not HTML.
    """
    line = between = ""
    for token in _READER.parse(text[:MAX_PLAIN]):
        between = _BETWEEN.get(token.type, between)
        if words := " ".join(_words(token).split()):
            line += f"{between}{words}" if line else words
            between = " "
    return line


def rendered(text: str) -> SafeString:
    """Markdown as HTML. Tags in the text show as text, and links lead to web and mail addresses only.

    A picture becomes a link to it: opening a page or a mail must not tell a stranger that it was opened.
    """
    html: str = _RENDERER.render(text)
    return mark_safe(html)  # noqa: S308 - the renderer escapes all that it did not make


def _linked_picture(_: Any, tokens: Sequence[Token], place: int, *__: Any) -> str:
    address = str(tokens[place].attrs.get("src", ""))
    words = as_html(tokens[place].content.strip() or address)
    depth = sum(token.nesting for token in tokens[:place] if token.type.startswith("link_"))
    if depth or not address.lower().startswith(("https://", "http://")):
        return words
    return f'<a href="{as_html(address)}">{words}</a>'


_RENDERER.add_render_rule("image", _linked_picture)


def _words(token: Token) -> str:
    """The text of a block that has text itself; "" of all others."""
    if token.children is None:
        return token.content
    return _TICK_BOX.sub("", "".join(map(_text, token.children)))


def _text(part: Token) -> str:
    if part.type in ("softbreak", "hardbreak"):
        return " "
    return _CITATION.sub("", part.content) if part.type == "text" else part.content


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
