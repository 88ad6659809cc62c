"""A presentation as HTML pages for its preview: what stands where, in the colours of its theme.

Simplified: shapes become rectangles, gradients and effects are left out, charts are drawn in our own way.
"""

from __future__ import annotations

import io
from base64 import b64encode
from html import escape
from typing import Any

from pptx import Presentation
from pptx.oxml.ns import qn

from apps.documents.brand import load_brand
from apps.documents.charts import Chart, Series
from apps.documents.charts_svg import to_svg
from apps.documents.slide_colours import Colours

_MOST_SHAPES = 120
_MAX_PICTURE = 4 * 1024 * 1024
_POINT = 12_700
_ANCHORS = {"t": "flex-start", "ctr": "center", "b": "flex-end"}
_ALIGN = {"l": "left", "ctr": "center", "r": "right", "just": "justify"}
_SIZES = {"title": 28.0, "ctrTitle": 40.0, "subTitle": 20.0}


def slides_html(content: bytes, *, most: int) -> tuple[str, int]:
    """The first slides, a page each, and how many there are."""
    presentation = Presentation(io.BytesIO(content))
    slides = list(presentation.slides)
    width, height = ((presentation.slide_width or 0) / _POINT, (presentation.slide_height or 0) / _POINT)
    fonts = ", ".join(f'"{name}"' for name in load_brand().chinese_fonts)
    css = (
        f"@page {{ size: {width:.2f}pt {height:.2f}pt; margin: 0; }} body {{ margin: 0; }}"
        f" html {{ font: 18pt/1.28 Arial, 'Liberation Sans', 'Inter', {fonts}, sans-serif; }}"
        f" .slide {{ position: relative; width: {width:.2f}pt; height: {height:.2f}pt;"
        " overflow: hidden; break-after: page; }"
        " .slide > * { position: absolute; box-sizing: border-box; } p { margin: 0; }"
        " .text { display: flex; flex-direction: column; }"
        " table { border-collapse: collapse; width: 100%; font-size: 13pt; }"
        " td { padding: 3pt 6pt; border-bottom: 0.5pt solid #e4e0da; }"
    )
    pages = "".join(_slide(slide) for slide in slides[:most])
    return f"<!DOCTYPE html><html><head><style>{css}</style></head><body>{pages}</body></html>", len(slides)


def _slide(slide: Any) -> str:
    layout = slide.slide_layout
    colours = Colours(layout.slide_master)
    ground = next(
        (found for page in (slide, layout, layout.slide_master) if (found := colours.ground(page))), "#FFFFFF"
    )
    decoration = [
        shape for page in (layout.slide_master, layout) for shape in page.shapes if not shape.is_placeholder
    ]
    shapes = "".join(_shape(shape, colours) for shape in [*decoration, *slide.shapes][:_MOST_SHAPES])
    return f'<section class="slide" style="background: {ground}">{shapes}</section>'


def _shape(shape: Any, colours: Colours) -> str:
    if shape.left is None or shape.width is None:
        return ""
    place = _place(shape)
    if getattr(shape, "has_chart", False) and shape.has_chart:
        return f'<div style="{place}">{_chart(shape.chart)}</div>'
    if getattr(shape, "has_table", False) and shape.has_table:
        return f'<div style="{place}">{_table(shape.table)}</div>'
    if shape._element.tag == qn("p:pic"):
        return _picture(shape, place)
    if shape._element.tag == qn("p:sp"):
        fill = colours.fill(shape._element.spPr)
        return f'<div class="text" style="{place}{_box(shape, fill)}">{_words(shape, colours)}</div>'
    return ""


def _place(shape: Any) -> str:
    values = (shape.left, shape.top, shape.width, shape.height)
    left, top, width, height = (value / _POINT for value in values)
    turned = f"transform: rotate({shape.rotation:.1f}deg);" if getattr(shape, "rotation", 0) else ""
    return f"left: {left:.1f}pt; top: {top:.1f}pt; width: {width:.1f}pt; height: {height:.1f}pt; {turned}"


def _box(shape: Any, fill: str) -> str:
    """Ground, corners and where the words stand."""
    parts = [f"background: {fill}"] if fill else []
    geometry = shape._element.spPr.find(qn("a:prstGeom"))
    kind = geometry.get("prst", "") if geometry is not None else ""
    if kind == "ellipse":
        parts.append("border-radius: 50%")
    elif kind.startswith("round"):
        parts.append("border-radius: 8pt")
    elif geometry is None and shape._element.spPr.find(qn("a:custGeom")) is not None:
        parts.append("border-radius: 18%")
    body = shape._element.find(qn("p:txBody"))
    properties = body.find(qn("a:bodyPr")) if body is not None else None
    if properties is not None:
        parts.append(f"justify-content: {_ANCHORS.get(properties.get('anchor', 't'), 'flex-start')}")
        inset = (int(properties.get(side, default)) / _POINT for side, default in _INSETS)
        parts.append("padding: " + " ".join(f"{value:.1f}pt" for value in inset))
    return "; ".join(parts)


_INSETS = (("tIns", 45_720), ("rIns", 91_440), ("bIns", 45_720), ("lIns", 91_440))


def _words(shape: Any, colours: Colours) -> str:
    if not shape.has_text_frame:
        return ""
    kind = shape._element.xpath("string(.//p:nvPr/p:ph/@type)")
    size, bold = _SIZES.get(kind, 18.0), kind in ("title", "ctrTitle")
    return "".join(_line(paragraph, colours, size, bold) for paragraph in shape.text_frame.paragraphs)


def _line(paragraph: Any, colours: Colours, size: float, bold: bool) -> str:
    properties = paragraph._p.pPr
    align = _ALIGN.get(properties.get("algn", "l"), "left") if properties is not None else "left"
    indent = int(properties.get("marL", 0)) / _POINT if properties is not None else 0.0
    has_bullet = properties is not None and properties.find(qn("a:buChar")) is not None
    spans = "".join(_span(run, colours, size, bold) for run in paragraph.runs)
    bullet = f'<span style="position: absolute; margin-left: -{indent:.1f}pt">•</span>' if has_bullet else ""
    after = paragraph.space_after.pt if paragraph.space_after is not None else 0
    style = f"text-align: {align}; padding-left: {indent:.1f}pt; margin-bottom: {after:.1f}pt"
    return f'<p style="{style}">{bullet}{spans or "&nbsp;"}</p>'


def _span(run: Any, colours: Colours, size: float, bold: bool) -> str:
    points = run.font.size.pt if run.font.size is not None else size
    weight = 700 if (run.font.bold if run.font.bold is not None else bold) else 400
    properties = run._r.rPr
    colour = colours.fill(properties) if properties is not None else ""
    colour = colour or colours.text
    style = f"font-size: {min(points, 120):.1f}pt; font-weight: {weight}; color: {colour}"
    return f'<span style="{style}">{escape(run.text[:2_000])}</span>'


def _table(table: Any) -> str:
    rows = (
        "<tr>" + "".join(f"<td>{escape(cell.text[:300])}</td>" for cell in row.cells) + "</tr>"
        for row in list(table.rows)[:30]
    )
    return f"<table>{''.join(rows)}</table>"


def _chart(chart: Any) -> str:
    """The first series that our own charts can draw; else a word in its place."""
    try:
        plot = chart.plots[0]
        names = tuple(str(name) for name in plot.categories)[:14]
        series = tuple(
            Series(
                str(item.name or ""), tuple(float(value or 0) for value in list(item.values)[: len(names)])
            )
            for item in list(plot.series)[:4]
        )
        kind = "bar" if "BAR" in str(chart.chart_type) else "column"
        return to_svg(Chart(kind, "Chart", names, series))  # type: ignore[arg-type]
    except (AttributeError, IndexError, TypeError, ValueError, KeyError):
        return "<p>Chart</p>"


def _picture(shape: Any, place: str) -> str:
    image = shape.image
    if image.content_type not in ("image/png", "image/jpeg", "image/gif") or len(image.blob) > _MAX_PICTURE:
        return ""
    data = b64encode(image.blob).decode()
    return f'<img style="{place}" src="data:{image.content_type};base64,{data}">'
