"""Charts as vector SVG for pages: labelled, in brand colours, with text that can be searched and copied."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from apps.documents.brand import load_brand
from apps.documents.charts import Chart
from apps.documents.svg.bars import bars, columns, funnel
from apps.documents.svg.lines import lines
from apps.documents.svg.rings import donut
from apps.documents.svg.sheet import HEIGHT, WIDTH, Sheet

_DRAW: dict[str, Callable[[Sheet], None]] = {
    "column": columns,
    "bar": bars,
    "line": lines,
    "area": lines,
    "donut": donut,
    "funnel": funnel,
}


def to_svg(chart: Chart) -> str:
    """The chart as a standalone SVG element of 640 by 240 units, scaling to the width it is given.

    The chart's title is its accessible name and is not drawn: the page sets it in its own type.
    """
    sheet = Sheet(chart, load_brand())
    _DRAW[chart.kind](sheet)
    body = "\n".join(sheet.parts)
    families = ", ".join(f"'{name}'" for name in (sheet.brand.document_font, *sheet.brand.chinese_fonts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" '
        f'height="{HEIGHT:g}" role="img" font-family="{families}, sans-serif">\n'
        f"<title>{escape(chart.title)}</title>\n{body}\n</svg>"
    )
