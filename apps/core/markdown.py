"""Markdown: tables and texts whose content cannot break out of its cell, and texts without their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

Align = Literal["left", "right"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
#: Marks that are meant as they are written hide in characters for private use while others are taken away.
_HIDDEN = {code: 0xF0000 + code for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_SHOWN = {hidden: code for code, hidden in _HIDDEN.items()}
_LITERAL = re.compile(r"(?<!`)(`+)(?!`)([^`\n]+)\1(?!`)|\\([!-/:-@\[-`{-~])")
_FENCE = re.compile(r"^[^\S\n]*(?:```|~~~).*$", re.MULTILINE)
#: A line across the page, below a heading, or below the head of a table.
_RULE = re.compile(r"(?=[:|\s]*[-=*_])[-=*_:|\s]+")
_QUOTE = re.compile(r"(?:\s*>)+\s?")
_MARK = re.compile(r"\s*(?:#{1,6}|[-*+](?:\s+\[[ xX]\])?|\d{1,3}[.)])\s+")
_EMPHASIS = (
    re.compile(r"(?<!\*)(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1"),
    re.compile(r"(?<!\w)(_{1,3})(?=\S)((?:[^_]|(?<=\w)_(?=\w))+?)(?<=\S)\1(?!\w)"),
    re.compile(r"(~~)([^~]+)~~"),
)
#: One emphasis may stand in another.
_NESTED = 3
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_CITATION = re.compile(r"\s?\[\^?\d+(?:,\s?\d+)*\]")


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
    line, is_apart = "", False
    for block, is_next_apart in _blocks(_LITERAL.sub(_hide, _FENCE.sub("", text))):
        if block and (words := " ".join(_unmarked(block).split())):
            line += f"{' · ' if is_apart else ' '}{words}" if line else words
            is_apart = is_next_apart
    return line.translate(_SHOWN)


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Paragraphs, and each heading, item and row; the latter stand apart."""
    lines: list[str] = []
    is_apart = False
    for raw in text.splitlines():
        line = _QUOTE.sub("", raw, count=1) if _QUOTE.match(raw) else raw
        mark = _MARK.match(line)
        is_row = line.lstrip().startswith("|")
        if not line.strip() or _RULE.fullmatch(line) or mark or is_row:
            yield " ".join(lines), is_apart
            lines, is_apart = [], False
        if _RULE.fullmatch(line):
            continue
        if mark or is_row:
            is_apart = True
        lines.append(_cells(line) if is_row else line[mark.end() if mark else 0 :])
    yield " ".join(lines), is_apart


def _cells(line: str) -> str:
    return ", ".join(cell.strip() for cell in line.strip().strip("|").split("|") if cell.strip())


def _unmarked(text: str) -> str:
    text = _ADDRESS.sub(r"\1", _CITATION.sub("", _LINK.sub(r"\1", text)))
    for mark in _EMPHASIS * _NESTED:
        text = mark.sub(r"\2", text)
    return text


def _hide(found: re.Match[str]) -> str:
    return (found[2] or found[3]).strip().translate(_HIDDEN)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
