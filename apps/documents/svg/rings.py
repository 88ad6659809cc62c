"""Parts of a whole."""

from __future__ import annotations

import math

from apps.documents.numbers import with_unit
from apps.documents.svg.sheet import HEIGHT, WIDTH, Sheet
from apps.documents.typography import shorten


def donut(sheet: Sheet) -> None:
    """A ring with the total in its middle and the shares beside it."""
    values = [max(float(value), 0.0) for value in sheet.chart.series[0].values]
    total = sum(values) or 1.0
    cx, cy, outer, inner = 150.0, HEIGHT / 2, 108.0, 68.0
    angle = -math.pi / 2
    for index, value in enumerate(values):
        end = angle + 2 * math.pi * value / total
        if value > 0:
            sheet.path(
                _ring(cx, cy, outer, inner, angle, end), fill=sheet.color(index), stroke=sheet.brand.paper
            )
        angle = end
    sheet.text(
        cx, cy + 2, sheet.label(sum(values)), anchor="middle", size=22, bold=True, fill=sheet.brand.ink
    )
    sheet.text(cx, cy + 20, "total", anchor="middle")
    row = min(30.0, (HEIGHT - 20) / len(values))
    y = HEIGHT / 2 - row * (len(values) - 1) / 2
    for index, (name, value) in enumerate(zip(sheet.chart.categories, values, strict=True)):
        sheet.rect(326, y - 9, 11, 11, sheet.color(index))
        sheet.text(344, y + 1, shorten(name, 150, 12), size=12, fill=sheet.brand.ink)
        share = sheet.label(value)
        if sheet.chart.unit != "%":
            share += f" · {with_unit(value / total * 100, '%')}"
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
