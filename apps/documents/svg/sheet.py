"""The paper that a chart is drawn on: shapes, text, the scale of values, names and legend."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from apps.documents.brand import Brand
from apps.documents.charts import Chart
from apps.documents.numbers import with_unit
from apps.documents.typography import shorten, width

WIDTH = 640.0
HEIGHT = 240.0
SMALL = 10.5
LABEL = 11.0
#: Kinds with a scale of values, whose unit is named once in the corner.
_SCALED = {"column", "line", "area"}


@dataclass
class Sheet:
    """The drawing in progress."""

    chart: Chart
    brand: Brand
    parts: list[str] = field(default_factory=list)

    def color(self, index: int) -> str:
        """The colour of a series."""
        return self.brand.palette[index % len(self.brand.palette)]

    def label(self, value: float) -> str:
        """The value, short, with its unit."""
        return with_unit(value, self.chart.unit, short=True)

    def bare(self, value: float) -> str:
        """The value without its currency, where the currency is named once for all."""
        return with_unit(value, "%" if self.chart.unit == "%" else "", short=True)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 2.0) -> None:
        """A rectangle with rounded corners."""
        radius = min(radius, w / 2, h / 2)
        place = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
        self.parts.append(f'<rect {place} rx="{radius:.1f}" fill="{fill}"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, weight: float = 1.0) -> None:
        """A straight line."""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{stroke}" stroke-width="{weight:g}"/>'
        )

    def path(self, d: str, fill: str = "none", stroke: str = "none", opacity: float = 1.0) -> None:
        """Any shape, in SVG path syntax."""
        self.parts.append(
            f'<path d="{d}" fill="{fill}" fill-opacity="{opacity:g}" stroke="{stroke}" stroke-width="2.2" '
            f'stroke-linejoin="round" stroke-linecap="round"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        size: float = LABEL,
        bold: bool = False,
        fill: str = "",
    ) -> None:
        """One line of text; `y` is its base line."""
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
            f'fill="{fill or self.brand.slate}"{weight}>{escape(text)}</text>'
        )


@dataclass(frozen=True)
class Scale:
    """Values to vertical positions; always contains zero."""

    low: float
    high: float
    step: float
    top: float
    bottom: float

    @classmethod
    def of(cls, values: tuple[float, ...], top: float, bottom: float) -> Scale:
        """A scale with round steps around the values."""
        low, high = min(0.0, *values), max(0.0, *values)
        step = _nice_step((high - low) or 1.0)
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step or step, step, top, bottom)

    def y(self, value: float) -> float:
        """Where a value stands."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        """The values of the scale lines."""
        count = round((self.high - self.low) / self.step)
        return [self.low + index * self.step for index in range(count + 1)]


def _nice_step(span: float) -> float:
    """A round step (1, 2, 2.5 or 5 × 10ⁿ) that divides `span` into four or five."""
    raw = span / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * 0.999)


def legend(sheet: Sheet) -> float:
    """Names of the series along the top; gives the height it took. One series is named by the title."""
    unit = sheet.chart.unit
    if unit and unit != "%" and sheet.chart.kind in _SCALED:
        sheet.text(WIDTH, 13, unit, anchor="end", size=SMALL)
    if len(sheet.chart.series) < 2:
        return 8.0
    x = 0.0
    for index, series in enumerate(sheet.chart.series):
        name = shorten(series.name, WIDTH / len(sheet.chart.series) - 30, LABEL)
        sheet.rect(x, 4, 10, 10, sheet.color(index))
        sheet.text(x + 15, 13, name)
        x += 15 + width(name, LABEL) + 22
    return 30.0


def grid(sheet: Sheet, scale: Scale) -> float:
    """Scale lines with their values; gives the left edge of the plot."""
    labels = [sheet.bare(tick) for tick in scale.ticks()]
    left = max(width(label, SMALL) for label in labels) + 8
    for tick, label in zip(scale.ticks(), labels, strict=True):
        is_zero = abs(tick) < scale.step / 1e6
        sheet.line(
            left, scale.y(tick), WIDTH, scale.y(tick), sheet.brand.slate if is_zero else sheet.brand.line
        )
        sheet.text(left - 6, scale.y(tick) + 3.6, label, anchor="end", size=SMALL)
    return left


def category_labels(sheet: Sheet, centers: list[float], y: float) -> None:
    """Names under the plot; every second, third … when they would touch, always with the last."""
    room = (centers[1] - centers[0]) if len(centers) > 1 else WIDTH / 2
    widest = max(width(name, SMALL) for name in sheet.chart.categories)
    every = min(max(1, math.ceil((widest + 8) / room)), max(1, len(centers) // 2)) if room < widest + 8 else 1
    last = len(centers) - 1
    for index, center in enumerate(centers):
        if (last - index) % every == 0:
            name = shorten(sheet.chart.categories[index], room * every - 4, SMALL)
            half = width(name, SMALL) / 2
            sheet.text(min(center, WIDTH - half), y, name, anchor="middle", size=SMALL)
