"""Drawing on one slide: text boxes, panels, tables and charts, placed by boxes in inches."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Emu

from apps.documents.brand import Brand
from apps.documents.deck.geometry import TITLE, Box
from apps.documents.deck.setting import (
    CORAL,
    INK,
    LEADING,
    PAPER,
    Color,
    Para,
    clipped,
    paint,
    single_size,
    write,
)

_TITLE_SIZES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0, 16.0)


@dataclass(frozen=True)
class Canvas:
    """A slide of python-pptx and the brand to draw it in."""

    slide: Any
    brand: Brand

    def title(
        self,
        text: str,
        box: Box = TITLE,
        sizes: tuple[float, ...] = _TITLE_SIZES,
        color: Color = INK,
        suffix: str = "",
    ) -> None:
        """The slide's title, as large as it fits; `suffix` is kept even when the title is shortened."""
        shown, size = single_size(text + suffix, box, sizes, bold=True)
        if suffix and not shown.endswith(suffix):
            shown = (
                clipped(text, box.width_pt, box.height_pt - size * LEADING, size, bold=True)
                + "\n"
                + suffix.strip()
            )
        paragraph = Para(shown, size, bold=True, color=color)
        anchor = MSO_ANCHOR.BOTTOM if sizes[0] >= 36 else MSO_ANCHOR.TOP
        write(self.slide.shapes.title.text_frame, [paragraph], anchor)

    def placeholder(
        self, index: int, paragraphs: Sequence[Para], anchor: MSO_ANCHOR = MSO_ANCHOR.TOP
    ) -> None:
        """Fill the placeholder with that index; an empty one is taken away, so that no prompt is left."""
        shape = next(item for item in self.slide.placeholders if item.placeholder_format.idx == index)
        if paragraphs:
            write(shape.text_frame, paragraphs, anchor)
        else:
            shape._element.getparent().remove(shape._element)

    def text(
        self, box: Box, paragraphs: Sequence[Para], anchor: MSO_ANCHOR = MSO_ANCHOR.TOP, name: str = "Text"
    ) -> None:
        """A text box."""
        shape = self.slide.shapes.add_textbox(*(Emu(value) for value in box.emu))
        shape.name = name
        write(shape.text_frame, paragraphs, anchor)

    def panel(self, box: Box, color: Color, *, radius: float = 0.09, name: str = "Panel") -> Any:
        """A rectangle with corners of `radius` inches, without a line."""
        shape = self.slide.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *(Emu(value) for value in box.emu))
        shape.name = name
        shape.adjustments[0] = min(radius / min(box.w, box.h), 0.5)
        return self._flat(shape, color)

    def disc(self, box: Box, text: str, size: float) -> None:
        """A filled circle with a number in it."""
        shape = self.slide.shapes.add_shape(MSO_SHAPE.OVAL, *(Emu(value) for value in box.emu))
        self._flat(shape, CORAL)
        paragraph = Para(text, size, bold=True, color=PAPER, align="center")
        write(shape.text_frame, [paragraph], MSO_ANCHOR.MIDDLE)

    def bar(self, box: Box, color: Color) -> None:
        """A plain rectangle: rules and accents."""
        shape = self.slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Emu(value) for value in box.emu))
        self._flat(shape, color)

    def _flat(self, shape: Any, color: Color) -> Any:
        # The default style of shapes brings a shadow that some programs draw even when it is switched off.
        style = shape._element.find(qn("p:style"))
        if style is not None:
            shape._element.remove(style)
        shape.fill.solid()
        paint(shape.fill.fore_color, color)
        shape.line.fill.background()
        return shape

    def footer(self, text: str) -> None:
        """Bring footer and slide number from the layout on to the slide, as PowerPoint's own dialog does."""
        for item in self.slide.slide_layout.placeholders:
            if item.placeholder_format.idx not in {11, 12}:
                continue
            element = deepcopy(item._element)
            self.slide.shapes._spTree.append(element)
            if item.placeholder_format.idx == 11:
                placed = self.slide.shapes[-1]
                shown, size = single_size(text, Box(0, 0, 8.5, 0.3), (12.0,))
                write(placed.text_frame, [Para(shown, size, color=self.brand.slate)], MSO_ANCHOR.MIDDLE)
