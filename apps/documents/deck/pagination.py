"""Cutting what does not fit into what fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from apps.documents.deck.setting import LEADING, Para

T = TypeVar("T")


def fill_pages(heights: Sequence[float], room: float, gaps: Sequence[float] | None = None) -> list[list[int]]:
    """Indexes of consecutive items page by page; an item higher than `room` has a page of its own.

    `gaps[i]` is the space after item i, needed only when another follows on the same page.
    """
    pages: list[list[int]] = []
    used = 0.0
    for index, item in enumerate(heights):
        gap = gaps[index - 1] if gaps and index else 0.0
        if pages and used + gap + item <= room:
            pages[-1].append(index)
            used += gap + item
        else:
            pages.append([index])
            used = item
    return pages


def balanced(count: int, largest: int) -> list[int]:
    """Sizes of as few groups as possible of at most `largest`, as equal as possible: 7 by 6 is 4 and 3."""
    groups = max(1, -(-count // largest))
    base, extra = divmod(count, groups)
    return [base + (1 if index < extra else 0) for index in range(groups)]


def split_groups(items: Sequence[T], largest: int) -> list[tuple[T, ...]]:
    """`items` in balanced groups."""
    groups: list[tuple[T, ...]] = []
    start = 0
    for size in balanced(len(items), largest):
        groups.append(tuple(items[start : start + size]))
        start += size
    return groups


def split_paragraph(paragraph: Para, width: float, room: float) -> list[Para]:
    """A paragraph higher than `room`, cut at its line breaks into parts that fit."""
    lines = paragraph.lines(width)
    each = max(1, int(room / (paragraph.size * LEADING)))
    if len(lines) <= each:
        return [paragraph]
    parts = ["\n".join(lines[start : start + each]) for start in range(0, len(lines), each)]
    return [
        replace(paragraph, text=text, bullet=paragraph.bullet and number == 0)
        for number, text in enumerate(parts)
    ]
