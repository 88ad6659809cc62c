"""Setting text in boxes: how high paragraphs will be, and writing them so that they are exactly that high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.util import Pt

from apps.documents.deck.geometry import Box
from apps.documents.typography import fit, wrap

#: No text of a deck is smaller.
MIN_SIZE = 12.0
#: Line height in font sizes. Set in points, so that it does not depend on the face that the reader has.
LEADING = 1.28
#: Kept free of the measured width: renderers round advances of letters up.
_SLACK = 0.985

INK = MSO_THEME_COLOR.TEXT_1
PAPER = MSO_THEME_COLOR.BACKGROUND_1
CORAL = MSO_THEME_COLOR.ACCENT_1
Color = MSO_THEME_COLOR | str


@dataclass(frozen=True)
class Para:
    """A paragraph: size and space after it in points, colour of the theme or `#RRGGBB`."""

    text: str
    size: float
    bold: bool = False
    color: Color = INK
    after: float = 0.0
    bullet: bool = False
    align: str = "left"
    hang: float = 0.0

    @property
    def indent(self) -> float:
        """Room to the left, in points: for the bullet, or to stand under the words of one."""
        return self.size * 0.95 if self.bullet else self.hang

    def lines(self, width: float) -> list[str]:
        """As it will break in a box of `width` points."""
        return wrap(self.text, width * _SLACK - self.indent, self.size, bold=self.bold)

    def height(self, width: float) -> float:
        """In points, with the space after."""
        return len(self.lines(width)) * self.size * LEADING + self.after


def height(paragraphs: Sequence[Para], width: float) -> float:
    """Height in points of paragraphs one under the other, without the space after the last."""
    if not paragraphs:
        return 0.0
    return sum(item.height(width) for item in paragraphs) - paragraphs[-1].after


def clipped(text: str, width: float, room: float, size: float, *, bold: bool = False) -> str:
    """`text`, shortened with an ellipsis if it takes more than `room` points of height."""
    max_lines = max(1, int(room / (size * LEADING) + 1e-6))
    return fit(text, width * _SLACK, max_lines, (size,), bold=bold).text


def single_size(text: str, box: Box, sizes: tuple[float, ...], *, bold: bool = False) -> tuple[str, float]:
    """`text` and the largest size at which it fits the box; shortened if it fits at none."""
    for size in sizes:
        if Para(text, size, bold).height(box.width_pt) <= box.height_pt:
            return text, size
    return clipped(text, box.width_pt, box.height_pt, sizes[-1], bold=bold), sizes[-1]


def fitted(paragraphs: Sequence[Para], box: Box) -> list[Para]:
    """The paragraphs, each shortened to the room that those before it leave, or left out."""
    kept: list[Para] = []
    room = box.height_pt
    for item in paragraphs:
        if room < item.size * LEADING:
            break
        text = clipped(item.text, box.width_pt - item.indent, room, item.size, bold=item.bold)
        kept.append(replace(item, text=text))
        room -= kept[-1].height(box.width_pt)
    return kept


def write(frame: Any, paragraphs: Sequence[Para], anchor: MSO_ANCHOR = MSO_ANCHOR.TOP) -> None:
    """Fill a text frame. It neither grows nor shrinks: what was measured is what is seen."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, item in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        _write_paragraph(paragraph, item)


def _write_paragraph(paragraph: Any, item: Para) -> None:
    paragraph.line_spacing = Pt(item.size * LEADING)
    paragraph.space_before = Pt(0)
    paragraph.space_after = Pt(item.after)
    paragraph.alignment = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[
        item.align
    ]
    properties = paragraph._p.get_or_add_pPr()
    hang = round(item.indent * 12_700)
    properties.set("marL", str(hang))
    properties.set("indent", str(-hang if item.bullet else 0))
    _set_bullet(properties, item.bullet)
    for number, line in enumerate(item.text.split("\n")):
        if number:
            paragraph.add_line_break()
        run = paragraph.add_run()
        run.text = line
        run.font.size = Pt(item.size)
        run.font.bold = item.bold
        paint(run.font.color, item.color)


def _set_bullet(properties: Any, is_bullet: bool) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    declarations = nsdecls("a")
    if not is_bullet:
        properties.append(parse_xml(f"<a:buNone {declarations}/>"))
        return
    properties.append(parse_xml(f'<a:buClr {declarations}><a:schemeClr val="accent1"/></a:buClr>'))
    properties.append(parse_xml(f'<a:buFont {declarations} typeface="Arial"/>'))
    properties.append(parse_xml(f'<a:buChar {declarations} char="•"/>'))


def paint(target: Any, color: Color) -> None:
    """Give a colour format a theme colour or an exact one."""
    if isinstance(color, str):
        target.rgb = RGBColor(*bytes.fromhex(color.lstrip("#")))  # type: ignore[no-untyped-call]
    else:
        target.theme_color = color
