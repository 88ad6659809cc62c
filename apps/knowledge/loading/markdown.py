"""Markdown: a section per heading, as plain readable lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from apps.knowledge.loading.source import Outline, Section

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_LIST_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_SEPARATOR = " › "


def sections(text: str) -> tuple[str, tuple[Section, ...]]:
    """The title (first heading of level 1, or empty) and the sections below it.

    A section's heading is the path of headings that lead to it, without the title; a heading that is a
    question stands alone. Paragraphs become lines, table rows become `column: value` lines.
    """
    title = ""
    path: list[tuple[int, str]] = []
    outline = Outline()
    for heading, body in _split(text.splitlines()):
        if heading is not None:
            level, words = heading
            path = [*((known, name) for known, name in path if known < level), (level, words)]
            title = title or (words if level == 1 else "")
        outline.add(_heading(title, [name for _, name in path]), *readable(body))
    return title, outline.sections()


def _heading(title: str, names: list[str]) -> str:
    below = [name for name in names if name != title]
    if not below:
        return title
    return below[-1] if below[-1].endswith("?") else _SEPARATOR.join(below)


def _split(lines: Iterable[str]) -> Iterator[tuple[tuple[int, str] | None, list[str]]]:
    """(level, words) of each heading with the lines up to the next; first the lines before any heading."""
    heading: tuple[int, str] | None = None
    body: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= line.lstrip().startswith("```")
        found = None if fenced else _HEADING.match(line)
        if found is None:
            body.append(line)
            continue
        yield heading, body
        heading, body = (len(found[1]), _inline(found[2])), []
    yield heading, body


def readable(body: list[str]) -> Iterator[str]:
    """One line per paragraph, list item and table row, without marks."""
    columns: list[str] = []
    paragraph: list[str] = []
    for raw in [*body, ""]:
        line = raw.strip().removeprefix(">").strip()
        is_row = line.startswith("|")
        if paragraph and (not line or is_row or _LIST_ITEM.match(line)):
            yield _inline(" ".join(paragraph))
            paragraph = []
        if not is_row:
            columns = []
            paragraph += [line] if line else []
        elif not columns:
            columns = _cells(line)
        elif not _TABLE_RULE.match(line):
            yield "; ".join(
                f"{name}: {cell}" for name, cell in zip(columns, _cells(line), strict=False) if cell
            )


def _cells(line: str) -> list[str]:
    return [_inline(cell.strip()) for cell in line.strip("|").split("|")]


def _inline(text: str) -> str:
    text = _LINK.sub(r"\1 (\2)", _EMPHASIS.sub(r"\2", text))
    return text.replace("`", "")
