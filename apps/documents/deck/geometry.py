"""Where things stand on a 16:9 slide of 13.333 by 7.5 inches."""

from __future__ import annotations

from dataclasses import dataclass

EMU_PER_INCH = 914_400
POINTS_PER_INCH = 72.0


@dataclass(frozen=True)
class Box:
    """A rectangle in inches from the upper left corner of the slide."""

    x: float
    y: float
    w: float
    h: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """x, y, width, height in English Metric Units."""
        return (
            round(self.x * EMU_PER_INCH),
            round(self.y * EMU_PER_INCH),
            round(self.w * EMU_PER_INCH),
            round(self.h * EMU_PER_INCH),
        )

    @property
    def width_pt(self) -> float:
        """Width in points."""
        return self.w * POINTS_PER_INCH

    @property
    def height_pt(self) -> float:
        """Height in points."""
        return self.h * POINTS_PER_INCH

    def inset(self, dx: float, dy: float) -> Box:
        """Smaller by `dx` left and right and `dy` above and below."""
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def below(self, height: float) -> Box:
        """What is left under the first `height` inches."""
        return Box(self.x, self.y + height, self.w, self.h - height)


TITLE = Box(0.7, 0.75, 11.93, 0.98)
BODY = Box(0.7, 1.95, 11.93, 4.75)
COVER_TITLE = Box(0.7, 1.75, 7.7, 2.35)
COVER_SUBTITLE = Box(0.7, 4.3, 7.7, 1.2)
COVER_BYLINE = Box(0.7, 6.3, 7.7, 0.6)
CLOSING_BODY = Box(0.7, 1.95, 7.4, 4.55)
CLOSING_CONTACT = Box(8.75, 1.95, 3.88, 2.4)
