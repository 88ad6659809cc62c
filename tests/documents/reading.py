"""Reading presentations back as a stranger would, with measures that are not those of the renderer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import ImageFont
from pptx import Presentation
from pptx.util import Emu

_FONTS = Path(settings.KNOWLEDGE_DIR, "brand", "fonts")


def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def texts(slide: Any) -> list[str]:
    """Every text on the slide, tables and notes left out."""
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def tables(slide: Any) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for shape in slide.shapes
        if shape.has_table
    ]


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def notes(slide: Any) -> str:
    return str(slide.notes_slide.notes_text_frame.text)


@dataclass(frozen=True)
class TextBox:
    """A text with the room it has; sizes in points."""

    place: str
    paragraphs: list[Any]
    width: float
    height: float

    @property
    def is_overfull(self) -> bool:
        return self.needed() > self.height + 0.5

    def needed(self) -> float:
        """Height of the text; the space after the last paragraph needs no room."""
        heights = [_paragraph_height(paragraph, self.width) for paragraph in self.paragraphs]
        last = self.paragraphs[-1].space_after
        return sum(heights) - (last.pt if last else 0.0)


def boxes(presentation: Any) -> Iterator[TextBox]:
    """Every text of every slide with its box; cells of tables have the height of their row."""
    for number, slide in enumerate(presentation.slides, start=1):
        for shape in slide.shapes:
            place = f"{number}: {shape.name}"
            if shape.has_text_frame:
                yield TextBox(place, shape.text_frame.paragraphs, Emu(shape.width).pt, Emu(shape.height).pt)
            if shape.has_table:
                yield from _cells(shape.table, place)


def _cells(table: Any, place: str) -> Iterator[TextBox]:
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            width = Emu(column.width - cell.margin_left - cell.margin_right).pt
            yield TextBox(
                place,
                cell.text_frame.paragraphs,
                width,
                Emu(row.height - cell.margin_top - cell.margin_bottom).pt,
            )


def _paragraph_height(paragraph: Any, width: float) -> float:
    if not paragraph.runs:
        return 0.0
    indent = int(paragraph._p.pPr.get("marL", 0)) / 12_700
    run = paragraph.runs[0]
    bold = bool(run.font.bold)
    # A slide number takes its size from the layout.
    size = run.font.size.pt if run.font.size else 12.0
    spacing = paragraph.line_spacing.pt if paragraph.line_spacing else size * 1.2
    after = paragraph.space_after.pt if paragraph.space_after else 0.0
    lines = sum(_lines(line, width - indent, size, bold) for line in paragraph.text.split("\v"))
    return lines * spacing + after


def _lines(text: str, width: float, size: float, bold: bool) -> int:
    """How many lines a greedy setter needs."""
    lines, used = 1, 0.0
    for piece in _pieces(text):
        needed = sum(_advance(letter, bold) for letter in piece) * size / 100
        if used and used + needed > width:
            lines, used = lines + 1, 0.0
        # A word longer than a line is broken where the line ends.
        lines += int(needed // width) if needed > width else 0
        used = used + needed if needed <= width else needed % width
    return lines


def _pieces(text: str) -> list[str]:
    spaced = "".join(f" {letter} " if ord(letter) > 0x2E80 else letter for letter in text)
    return [piece if ord(piece[0]) > 0x2E80 else f"{piece} " for piece in spaced.split()]


@cache
def _advance(letter: str, bold: bool) -> float:
    """In hundredths of the size."""
    if letter == " ":
        return 28.0
    return 100.0 if ord(letter) > 0x2E80 else float(_face(bold).getlength(letter))


@cache
def _face(bold: bool) -> Any:
    return ImageFont.truetype(str(_FONTS / ("Inter-Bold.otf" if bold else "Inter-Regular.otf")), 100)
