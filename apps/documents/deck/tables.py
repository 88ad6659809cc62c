"""Native tables on slides, with rows as high as their text needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Emu

from apps.documents.brand import Brand
from apps.documents.content import Table, cell_text
from apps.documents.deck.geometry import EMU_PER_INCH, POINTS_PER_INCH, Box
from apps.documents.deck.pagination import fill_pages
from apps.documents.deck.setting import INK, PAPER, Color, Para, clipped, height, paint, write

_SIZES = (16.0, 14.0, 13.0, 12.0)
_PAD_X, _PAD_Y = 0.12, 0.085
#: A cell longer than this is shortened: a table is for comparing, not for reading.
_MAX_CELL_LINES = 6
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@dataclass(frozen=True)
class Layout:
    """A table measured: texts, font size, column widths and row heights in inches, pages of row numbers."""

    header: list[str]
    rows: list[list[str]]
    size: float
    widths: list[float]
    header_height: float
    heights: list[float]
    pages: list[list[int]]


def measure(table: Table, box: Box) -> Layout:
    """The largest size at which the table fits one page, else the smallest over several pages."""
    layouts = [_measure(table, box, size) for size in _SIZES]
    return next((layout for layout in layouts if len(layout.pages) == 1), layouts[-1])


def _measure(table: Table, box: Box, size: float) -> Layout:
    total = sum(column.weight for column in table.columns)
    widths = [box.w * column.weight / total for column in table.columns]
    header = [
        _cell(column.label, width, size, True) for column, width in zip(table.columns, widths, strict=True)
    ]
    source = [*table.rows, *([table.total] if table.total else [])]
    rows = [
        [
            _cell(cell_text(column, value), width, size, number == 0)
            for number, (column, value, width) in enumerate(zip(table.columns, row, widths, strict=True))
        ]
        for row in source
    ]
    header_height = _row_height(header, widths, size, bold=True)
    heights = [_row_height(row, widths, size) for row in rows]
    pages = fill_pages(heights, box.h - header_height)
    return Layout(header, rows, size, widths, header_height, heights, pages)


def _inner(width: float) -> float:
    return (width - 2 * _PAD_X) * POINTS_PER_INCH


def _cell(text: str, width: float, size: float, bold: bool) -> str:
    return clipped(text, _inner(width), _MAX_CELL_LINES * size * 1.28 + 0.1, size, bold=bold)


def _row_height(row: Sequence[str], widths: Sequence[float], size: float, *, bold: bool = False) -> float:
    texts = [
        height([Para(text, size, bold or number == 0)], _inner(width))
        for number, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return max(texts) / POINTS_PER_INCH + 2 * _PAD_Y


def draw(slide: Any, table: Table, layout: Layout, page: Sequence[int], box: Box, brand: Brand) -> None:
    """Put one page of the table on the slide."""
    frame = slide.shapes.add_table(
        len(page) + 1,
        len(table.columns),
        *(Emu(value) for value in box.emu[:3]),
        Emu(round((layout.header_height + sum(layout.heights[row] for row in page)) * EMU_PER_INCH)),
    )
    frame.name = "Table"
    native = frame.table
    native._tbl.tblPr.find("{*}tableStyleId").text = _NO_STYLE
    native.horz_banding = False
    for column, width in zip(native.columns, layout.widths, strict=True):
        column.width = Emu(round(width * EMU_PER_INCH))
    native.rows[0].height = Emu(round(layout.header_height * EMU_PER_INCH))
    _row(native, 0, table, layout.header, layout.size, brand, is_header=True)
    for number, row in enumerate(page, start=1):
        native.rows[number].height = Emu(round(layout.heights[row] * EMU_PER_INCH))
        is_total = table.total is not None and row == len(layout.rows) - 1
        _row(native, number, table, layout.rows[row], layout.size, brand, is_total=is_total)


def _row(
    native: Any,
    number: int,
    table: Table,
    texts: Sequence[str],
    size: float,
    brand: Brand,
    *,
    is_header: bool = False,
    is_total: bool = False,
) -> None:
    for index, text in enumerate(texts):
        cell = native.cell(number, index)
        highlighted = table.highlight == index
        fill: Color | None = INK if is_header and not highlighted else None
        if highlighted:
            fill = brand.coral_deep if is_header else brand.coral_soft
        if fill is None:
            cell.fill.background()
        else:
            cell.fill.solid()
            paint(cell.fill.fore_color, fill)
        align = "right" if table.columns[index].is_numeric else "left"
        bold = is_header or is_total or index == 0
        write(cell.text_frame, [Para(text, size, bold, PAPER if is_header else INK, align=align)])
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.margin_left = cell.margin_right = Emu(round(_PAD_X * EMU_PER_INCH))
        cell.margin_top = cell.margin_bottom = Emu(round(_PAD_Y * EMU_PER_INCH))
        if not is_header:
            _rule(cell, brand.line)


def _rule(cell: Any, color: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    line = parse_xml(
        f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{color.lstrip("#")}"/>'
        "</a:solidFill></a:lnB>"
    )
    # The schema wants borders before the fill.
    properties.insert(0, line)
