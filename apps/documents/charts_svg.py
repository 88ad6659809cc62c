"""Charts as vector SVG for pages: labelled, in brand colours, with real text that can be searched and copied."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from apps.documents.brand import Brand, load_brand
from apps.documents.charts import Chart
from apps.documents.numbers import with_unit
from apps.documents.typography import shorten, width

WIDTH = 640.0
HEIGHT = 240.0
_SMALL = 10.5
_LABEL = 11.0
#: Above this many bars, a value over each would be noise: a scale takes over.
_LABELLED_BARS = 14
#: Kinds with a scale of values, whose unit is named once in the corner.
_SCALED = {"column", "line", "area"}


def to_svg(chart: Chart) -> str:
    """The chart as a standalone SVG element of 640 by 240 units, scaling to the width it is given.

    The chart's title is its accessible name and is not drawn: the page sets it in its own type.
    """
    sheet = _Sheet(chart, load_brand())
    _DRAW[chart.kind](sheet)
    body = "\n".join(sheet.parts)
    families = ", ".join(f"'{name}'" for name in (sheet.brand.document_font, *sheet.brand.chinese_fonts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img" font-family="{families}, sans-serif">\n'
        f"<title>{escape(chart.title)}</title>\n{body}\n</svg>"
    )


@dataclass
class _Sheet:
    """The drawing in progress."""

    chart: Chart
    brand: Brand
    parts: list[str] = field(default_factory=list)

    def color(self, index: int) -> str:
        return self.brand.series[index % len(self.brand.series)]

    def label(self, value: float) -> str:
        return with_unit(value, self.chart.unit, short=True)

    def bare(self, value: float) -> str:
        """The value without its currency, where the currency is named once for all."""
        return with_unit(value, "%" if self.chart.unit == "%" else "", short=True)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, radius: float = 2.0) -> None:
        radius = min(radius, w / 2, h / 2)
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{radius:.1f}" fill="{fill}"/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, weight: float = 1.0) -> None:
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{stroke}" stroke-width="{weight:g}"/>'
        )

    def path(self, d: str, fill: str = "none", stroke: str = "none", opacity: float = 1.0) -> None:
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
        size: float = _LABEL,
        bold: bool = False,
        fill: str = "",
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
            f'fill="{fill or self.brand.slate}"{weight}>{escape(text)}</text>'
        )


@dataclass(frozen=True)
class _Scale:
    """Values to vertical positions; always contains zero."""

    low: float
    high: float
    step: float
    top: float
    bottom: float

    @classmethod
    def of(cls, values: tuple[float, ...], top: float, bottom: float) -> _Scale:
        low, high = min(0.0, *values), max(0.0, *values)
        step = _nice_step((high - low) or 1.0)
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step or step, step, top, bottom)

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + index * self.step for index in range(count + 1)]


def _nice_step(span: float) -> float:
    """A round step (1, 2, 2.5 or 5 × 10ⁿ) that divides `span` into four or five."""
    raw = span / 4
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * 0.999)


def _legend(sheet: _Sheet) -> float:
    """Names of the series along the top; gives the height it took. One series is named by the title."""
    unit = sheet.chart.unit
    if unit and unit != "%" and sheet.chart.kind in _SCALED:
        sheet.text(WIDTH, 13, unit, anchor="end", size=_SMALL)
    if len(sheet.chart.series) < 2:
        return 8.0
    x = 0.0
    for index, series in enumerate(sheet.chart.series):
        name = shorten(series.name, WIDTH / len(sheet.chart.series) - 30, _LABEL)
        sheet.rect(x, 4, 10, 10, sheet.color(index))
        sheet.text(x + 15, 13, name)
        x += 15 + width(name, _LABEL) + 22
    return 30.0


def _grid(sheet: _Sheet, scale: _Scale) -> float:
    """Scale lines with their values; gives the left edge of the plot."""
    labels = [sheet.bare(tick) for tick in scale.ticks()]
    left = max(width(label, _SMALL) for label in labels) + 8
    for tick, label in zip(scale.ticks(), labels, strict=True):
        is_zero = abs(tick) < scale.step / 1e6
        sheet.line(left, scale.y(tick), WIDTH, scale.y(tick), sheet.brand.slate if is_zero else sheet.brand.line)
        sheet.text(left - 6, scale.y(tick) + 3.6, label, anchor="end", size=_SMALL)
    return left


def _category_labels(sheet: _Sheet, centers: list[float], y: float) -> None:
    """Names under the plot; every second, third … when they would touch, always with the last."""
    room = (centers[1] - centers[0]) if len(centers) > 1 else WIDTH / 2
    widest = max(width(name, _SMALL) for name in sheet.chart.categories)
    every = min(max(1, math.ceil((widest + 8) / room)), max(1, len(centers) // 2)) if room < widest + 8 else 1
    last = len(centers) - 1
    for index, center in enumerate(centers):
        if (last - index) % every == 0:
            name = shorten(sheet.chart.categories[index], room * every - 4, _SMALL)
            half = width(name, _SMALL) / 2
            sheet.text(min(center, WIDTH - half), y, name, anchor="middle", size=_SMALL)


def _columns(sheet: _Sheet) -> None:
    chart = sheet.chart
    top = _legend(sheet) + 14
    scale = _Scale.of(chart.values, top, HEIGHT - 26)
    labelled = len(chart.values) <= _LABELLED_BARS
    left = 0.0 if labelled else _grid(sheet, scale)
    slot = (WIDTH - left) / len(chart.categories)
    bar = min(slot * 0.72 / len(chart.series), 58.0)
    centers = [left + slot * (index + 0.5) for index in range(len(chart.categories))]
    for number, series in enumerate(chart.series):
        for center, value in zip(centers, series.values, strict=True):
            x = center + (number - len(chart.series) / 2) * bar
            _column(sheet, scale, (x + bar * 0.04, bar * 0.92), float(value), sheet.color(number), labelled)
    sheet.line(left, scale.y(0), WIDTH, scale.y(0), sheet.brand.slate)
    _category_labels(sheet, centers, HEIGHT - 8)


def _column(
    sheet: _Sheet, scale: _Scale, place: tuple[float, float], value: float, color: str, labelled: bool
) -> None:
    x, breadth = place
    y, zero = scale.y(value), scale.y(0)
    sheet.rect(x, min(y, zero), breadth, max(abs(zero - y), 0.6), color)
    if labelled:
        label_y = y - 5 if value >= 0 else y + 12
        middle = x + breadth / 2
        sheet.text(middle, label_y, sheet.bare(value), anchor="middle", bold=True, fill=sheet.brand.ink)


def _bars(sheet: _Sheet) -> None:
    chart = sheet.chart
    top = _legend(sheet)
    names = min(max(width(name, _LABEL) for name in chart.categories) + 12, WIDTH * 0.38)
    values = max(width(sheet.label(value), _LABEL, bold=True) for value in chart.values) + 10
    reach = max(max(chart.values), 0.0) or 1.0
    plot = WIDTH - names - values
    slot = (HEIGHT - top - 4) / len(chart.categories)
    bar = min(slot * 0.7 / len(chart.series), 30.0)
    for row, name in enumerate(chart.categories):
        middle = top + slot * (row + 0.5)
        sheet.text(names - 10, middle + 4, shorten(name, names - 12, _LABEL), anchor="end", fill=sheet.brand.ink)
        for number, series in enumerate(chart.series):
            value = float(series.values[row])
            y = middle + (number - len(chart.series) / 2) * bar
            length = max(value, 0.0) / reach * plot
            sheet.rect(names, y + bar * 0.06, max(length, 1.5), bar * 0.88, sheet.color(number))
            sheet.text(names + length + 6, y + bar / 2 + 4, sheet.label(value), bold=True, fill=sheet.brand.ink)
    sheet.line(names, top, names, HEIGHT - 4, sheet.brand.line)


def _lines(sheet: _Sheet) -> None:
    chart = sheet.chart
    top = _legend(sheet) + 10
    scale = _Scale.of(chart.values, top, HEIGHT - 28)
    left = _grid(sheet, scale) + 10
    right = WIDTH - max(width(sheet.label(v), _LABEL, bold=True) for s in chart.series for v in s.values[-1:]) - 12
    step = (right - left) / max(len(chart.categories) - 1, 1)
    xs = [left + step * index for index in range(len(chart.categories))]
    for number, series in enumerate(chart.series):
        ys = [scale.y(float(value)) for value in series.values]
        points = " L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs, ys, strict=True))
        if chart.kind == "area":
            zero = scale.y(0)
            shape = f"M{xs[0]:.1f} {zero:.1f} L{points} L{xs[-1]:.1f} {zero:.1f} Z"
            sheet.path(shape, fill=sheet.color(number), opacity=0.16)
        sheet.path(f"M{points}", stroke=sheet.color(number))
        _dots(sheet, xs, ys, sheet.color(number))
    _end_labels(sheet, scale, xs[-1])
    _category_labels(sheet, xs, HEIGHT - 8)


def _dots(sheet: _Sheet, xs: list[float], ys: list[float], color: str) -> None:
    for index, (x, y) in enumerate(zip(xs, ys, strict=True)):
        radius = 4.0 if index == len(xs) - 1 else 2.4
        if radius == 4.0 or len(xs) <= 26:
            sheet.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{color}"/>')


def _end_labels(sheet: _Sheet, scale: _Scale, x: float) -> None:
    """The last value of each line, moved apart so that none covers another."""
    ends = sorted((scale.y(float(s.values[-1])), n, float(s.values[-1])) for n, s in enumerate(sheet.chart.series))
    lowest = -math.inf
    for y, number, value in ends:
        lowest = max(y, lowest + 13)
        sheet.text(x + 9, lowest + 4, sheet.label(value), bold=True, fill=sheet.color(number))


def _donut(sheet: _Sheet) -> None:
    values = [max(float(value), 0.0) for value in sheet.chart.series[0].values]
    total = sum(values) or 1.0
    cx, cy, outer, inner = 150.0, HEIGHT / 2, 108.0, 68.0
    angle = -math.pi / 2
    for index, value in enumerate(values):
        end = angle + 2 * math.pi * value / total
        if value > 0:
            sheet.path(_ring(cx, cy, outer, inner, angle, end), fill=sheet.color(index), stroke=sheet.brand.paper)
        angle = end
    sheet.text(cx, cy + 2, sheet.label(sum(values)), anchor="middle", size=22, bold=True, fill=sheet.brand.ink)
    sheet.text(cx, cy + 20, "total", anchor="middle")
    row = min(30.0, (HEIGHT - 20) / len(values))
    y = HEIGHT / 2 - row * (len(values) - 1) / 2
    for index, (name, value) in enumerate(zip(sheet.chart.categories, values, strict=True)):
        sheet.rect(326, y - 9, 11, 11, sheet.color(index))
        sheet.text(344, y + 1, shorten(name, 150, 12), size=12, fill=sheet.brand.ink)
        share = f"{sheet.label(value)} · {with_unit(value / total * 100, '%')}"
        sheet.text(WIDTH, y + 1, share, size=12, anchor="end", bold=True, fill=sheet.brand.ink)
        y += row


def _ring(cx: float, cy: float, outer: float, inner: float, start: float, end: float) -> str:
    # A full circle has no visible arc in SVG; stop just short of it.
    end = min(end, start + 2 * math.pi - 1e-4)
    large = 1 if end - start > math.pi else 0

    def at(radius: float, angle: float) -> str:
        return f"{cx + radius * math.cos(angle):.2f} {cy + radius * math.sin(angle):.2f}"

    return (
        f"M{at(outer, start)} A{outer:g} {outer:g} 0 {large} 1 {at(outer, end)} "
        f"L{at(inner, end)} A{inner:g} {inner:g} 0 {large} 0 {at(inner, start)} Z"
    )


def _funnel(sheet: _Sheet) -> None:
    chart = sheet.chart
    values = [max(float(value), 0.0) for value in chart.series[0].values]
    names = min(max(width(name, 12) for name in chart.categories) + 16, WIDTH * 0.34)
    widest = max(values) or 1.0
    plot = WIDTH - names - 120
    row = HEIGHT / len(values)
    first = values[0] or 1.0
    for index, (name, value) in enumerate(zip(chart.categories, values, strict=True)):
        length = max(value / widest * plot, 2.0)
        y = row * index
        sheet.rect(names + (plot - length) / 2, y + row * 0.12, length, row * 0.76, sheet.brand.coral, 4)
        sheet.text(names - 14, y + row / 2 + 4, shorten(name, names - 16, 12), anchor="end", size=12)
        share = f" · {with_unit(value / first * 100, '%')}" if index else ""
        reading = sheet.label(value) + share
        sheet.text(WIDTH, y + row / 2 + 4, reading, anchor="end", size=12, bold=True, fill=sheet.brand.ink)


_DRAW: dict[str, Callable[[_Sheet], None]] = {
    "column": _columns,
    "bar": _bars,
    "line": _lines,
    "area": _lines,
    "donut": _donut,
    "funnel": _funnel,
}
