"""Lines and areas."""

from __future__ import annotations

import math

from apps.documents.svg.sheet import HEIGHT, LABEL, WIDTH, Scale, Sheet, category_labels, grid, legend
from apps.documents.typography import width


def lines(sheet: Sheet) -> None:
    """Lines, or areas, with the last value at their end."""
    chart = sheet.chart
    top = legend(sheet) + 10
    scale = Scale.of(chart.values, top, HEIGHT - 28)
    left = grid(sheet, scale) + 10
    right = (
        WIDTH
        - max(width(sheet.label(float(v)), LABEL, bold=True) for s in chart.series for v in s.values[-1:])
        - 12
    )
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
    category_labels(sheet, xs, HEIGHT - 8)


def _dots(sheet: Sheet, xs: list[float], ys: list[float], color: str) -> None:
    for index, (x, y) in enumerate(zip(xs, ys, strict=True)):
        radius = 4.0 if index == len(xs) - 1 else 2.4
        if radius == 4.0 or len(xs) <= 26:
            sheet.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{color}"/>')


def _end_labels(sheet: Sheet, scale: Scale, x: float) -> None:
    """The last value of each line, moved apart so that none covers another."""
    ends = sorted(
        (scale.y(float(s.values[-1])), n, float(s.values[-1])) for n, s in enumerate(sheet.chart.series)
    )
    lowest = -math.inf
    for y, number, value in ends:
        lowest = max(y, lowest + 13)
        sheet.text(x + 9, lowest + 4, sheet.label(value), bold=True, fill=sheet.color(number))
