"""The words of a letter's HTML as Markdown, which people edit before it leaves in the letterhead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html  # type: ignore[import-untyped]
from lxml.html import HtmlElement  # type: ignore[import-untyped]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")
_SPACE = re.compile(r"[^\S\n]+")
_HIDDEN = re.compile(r"display\s*:\s*none")
_BULLETS = {"•", "●", "-", "–"}
_BLOCKS = {"p", "table", "tr", "td", "tbody", "div", "ul", "ol", "li", "h1", "h2", "h3"}


def markdown_of(page: str, *, without: tuple[str, ...] = ()) -> str:
    """Paragraphs, lists, tables, links and emphasis. Lines that hold one of `without` are left out: what the
    letterhead says anyway.
    """
    body = html.document_fromstring(page).find("body")
    blocks = _blocks(body) if body is not None else iter(())
    kept = (_lines(block, without) for block in blocks)
    return "\n\n".join(block for block in _joined(kept) if block)


def _blocks(element: HtmlElement) -> Iterator[str]:
    """The blocks below an element, in order."""
    if not isinstance(element.tag, str) or _HIDDEN.search(element.get("style", "")):
        return
    if element.tag == "table" and (rows := _cells(element)) is not None:
        yield from _table(rows)
    elif element.tag == "li":
        yield f"- {_inline(element)}"
    elif any(isinstance(child.tag, str) and child.tag in _BLOCKS for child in element):
        for child in element:
            yield from _blocks(child)
    else:
        yield _inline(element)


def _cells(table: HtmlElement) -> list[list[str]] | None:
    """The rows of a table that holds words; None for one that only lays the page out."""
    if table.xpath(".//table | .//p"):
        return None
    return [[_inline(cell) for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]


def _table(rows: list[list[str]]) -> Iterator[str]:
    for row in rows:
        if len(row) == 2 and row[0] in _BULLETS:
            yield f"- {row[1]}"
        elif len(row) == 1:
            yield row[0]
    priced = [row for row in rows if len(row) == 2 and row[0] not in _BULLETS]
    if priced:
        lines = [" | ".join(row) for row in priced]
        yield "\n".join(["| | |", "|---|--:|", *(f"| {line} |" for line in lines)])


def _inline(element: HtmlElement) -> str:
    """The words of a block on one line, or several where it breaks."""
    text = _SPACE.sub(" ", _words(element))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _words(element: HtmlElement) -> str:
    parts = [_escaped(element.text)]
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_marked(child))
        parts.append(_escaped(child.tail))
    return "".join(parts)


def _marked(child: HtmlElement) -> str:
    if child.tag == "br":
        return "\n"
    words = _words(child)
    if not words.strip():
        return words
    if child.tag in {"strong", "b"}:
        return f"**{words.strip()}**"
    if child.tag == "a" and child.get("href", "").startswith(("https://", "http://", "mailto:")):
        return f"[{words.strip()}]({child.get('href')})"
    return words


def _escaped(text: str | None) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join((text or "").split("\n")).replace("\xa0", " "))


def _lines(block: str, without: tuple[str, ...]) -> str:
    lines = [line for line in block.split("\n") if not any(words in line for words in without)]
    return "\n".join(lines).strip()


def _joined(blocks: Iterator[str]) -> Iterator[str]:
    """Points that follow each other are one list."""
    points: list[str] = []
    for block in blocks:
        if block.startswith("- "):
            points.append(block)
            continue
        if points:
            yield "\n".join(points)
            points = []
        yield block
    if points:
        yield "\n".join(points)
