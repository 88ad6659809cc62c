"""Columns, bars and funnels."""

from __future__ import annotations

from apps.documents.numbers import with_unit
from apps.documents.svg.sheet import HEIGHT, LABEL, WIDTH, Scale, Sheet, category_labels, grid, legend
from apps.documents.typography import shorten, width

#: Above this many bars, a value over each would be noise: a scale takes over.
_LABELLED_BARS = 14


def columns(sheet: Sheet) -> None:
    """Columns side by side, above and below zero."""
    chart = sheet.chart
    top = legend(sheet) + 14
    scale = Scale.of(chart.values, top, HEIGHT - 26)
    labelled = len(chart.values) <= _LABELLED_BARS
    left = 0.0 if labelled else grid(sheet, scale)
    slot = (WIDTH - left) / len(chart.categories)
    bar = min(slot * 0.72 / len(chart.series), 58.0)
    centers = [left + slot * (index + 0.5) for index in range(len(chart.categories))]
    for number, series in enumerate(chart.series):
        for center, value in zip(centers, series.values, strict=True):
            x = center + (number - len(chart.series) / 2) * bar
            _column(sheet, scale, (x + bar * 0.04, bar * 0.92), float(value), sheet.color(number), labelled)
    sheet.line(left, scale.y(0), WIDTH, scale.y(0), sheet.brand.slate)
    category_labels(sheet, centers, HEIGHT - 8)


def _column(
    sheet: Sheet, scale: Scale, place: tuple[float, float], value: float, color: str, labelled: bool
) -> None:
    x, breadth = place
    y, zero = scale.y(value), scale.y(0)
    sheet.rect(x, min(y, zero), breadth, max(abs(zero - y), 0.6), color)
    if labelled:
        label_y = y - 5 if value >= 0 else y + 12
        middle = x + breadth / 2
        sheet.text(middle, label_y, sheet.bare(value), anchor="middle", bold=True, fill=sheet.brand.ink)


def bars(sheet: Sheet) -> None:
    """Horizontal bars with the value at their end."""
    chart = sheet.chart
    top = legend(sheet)
    names = min(max(width(name, LABEL) for name in chart.categories) + 13, WIDTH * 0.38)
    values = max(width(sheet.label(value), LABEL, bold=True) for value in chart.values) + 10
    reach = max(*chart.values, 0.0) or 1.0
    plot = WIDTH - names - values
    slot = (HEIGHT - top - 4) / len(chart.categories)
    bar = min(slot * 0.7 / len(chart.series), 30.0)
    for row, name in enumerate(chart.categories):
        middle = top + slot * (row + 0.5)
        sheet.text(
            names - 10, middle + 4, shorten(name, names - 12, LABEL), anchor="end", fill=sheet.brand.ink
        )
        for number, series in enumerate(chart.series):
            value = float(series.values[row])
            y = middle + (number - len(chart.series) / 2) * bar
            length = max(value, 0.0) / reach * plot
            sheet.rect(names, y + bar * 0.06, max(length, 1.5), bar * 0.88, sheet.color(number))
            sheet.text(
                names + length + 6, y + bar / 2 + 4, sheet.label(value), bold=True, fill=sheet.brand.ink
            )
    sheet.line(names, top, names, HEIGHT - 4, sheet.brand.line)


def funnel(sheet: Sheet) -> None:
    """Centred bars and the share of the first that is left at each."""
    chart = sheet.chart
    values = [max(float(value), 0.0) for value in chart.series[0].values]
    names = min(max(width(name, 12) for name in chart.categories) + 17, WIDTH * 0.34)
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
