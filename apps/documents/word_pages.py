"""A Word document as HTML pages for its preview: words, headings, lists, tables and pictures.

Simplified: columns, text boxes, fields and exact line breaks are Word's own affair.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from itertools import islice, takewhile
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from apps.documents.brand import load_brand

#: More than the pages that are shown can hold.
_MOST_BLOCKS = 220
_MOST_TEXT = 3_000
_MOST_ROWS = 80
_MOST_HTML = 12_000_000
_MAX_PICTURE = 4 * 1024 * 1024
_TAGS = {"Title": "h1", "Heading 1": "h2", "Heading 2": "h3", "Heading 3": "h3"}


def word_html(content: bytes) -> str:
    """The beginning of the document as a page that the PDF printer takes."""
    document = Document(io.BytesIO(content))
    body = "".join(_blocks(document))
    style = f"<style>{_css(document)}</style>"
    return f"<!DOCTYPE html><html><head>{style}</head><body>{_head(document)}{body}</body></html>"


def _css(document: Any) -> str:
    section = document.sections[0]
    width, height = section.page_width or 7_560_000, section.page_height or 10_692_000
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    sides = " ".join(f"{max(value or 0, 0) / 12_700:.1f}pt" for value in margins)
    fonts = ", ".join(f'"{name}"' for name in load_brand().chinese_fonts)
    return (
        f"@page {{ size: {width / 12_700:.1f}pt {height / 12_700:.1f}pt; margin: {sides};"
        f" @top-left {{ content: element(head); vertical-align: bottom; padding-bottom: 8pt; }} }}"
        f" html {{ font: 10.5pt/1.35 Arial, 'Liberation Sans', 'Inter', {fonts}, sans-serif;"
        " color: #1F1B3A; }"
        " body { margin: 0; } p { margin: 0 0 6pt; } .head { position: running(head); }"
        " h1 { font-size: 26pt; line-height: 1.2; margin: 14pt 0 4pt; }"
        " h2 { font-size: 16pt; margin: 16pt 0 6pt; }"
        " h3 { font-size: 12.5pt; margin: 12pt 0 4pt; } .subtitle { font-size: 13pt; margin-bottom: 16pt; }"
        " .item { padding-left: 14pt; text-indent: -10pt; } .item::before { content: '• '; }"
        " table { width: 100%; border-collapse: collapse; margin: 4pt 0 10pt; } tr { break-inside: avoid; }"
        " td { border-bottom: 0.5pt solid #cfcbd8; padding: 3pt 5pt; vertical-align: top; }"
        " td p { margin: 0; }"
        " img { max-width: 100%; }"
    )


def _head(document: Any) -> str:
    parts = "".join(_paragraph(paragraph) for paragraph in document.sections[0].header.paragraphs[:4])
    return f'<div class="head">{parts}</div>'


def _blocks(document: Any) -> Iterator[str]:
    letters = 0
    for block in islice(document.iter_inner_content(), _MOST_BLOCKS):
        html = _table(block) if isinstance(block, Table) else _paragraph(block)
        yield html
        letters += len(html)
        if letters > _MOST_HTML:
            return


def _table(table: Table) -> str:
    rows = list(table.rows[:_MOST_ROWS])
    heads = list(takewhile(lambda row: row._tr.find(f".//{qn('w:tblHeader')}") is not None, rows))
    body = "".join(map(_row, rows[len(heads) :]))
    return f"<table><thead>{''.join(map(_row, heads))}</thead><tbody>{body}</tbody></table>"


def _row(row: Any) -> str:
    cells = "".join(
        f"<td>{''.join(_paragraph(paragraph) for paragraph in cell.paragraphs[:12])}</td>"
        for cell in row.cells[:12]
    )
    return f"<tr>{cells}</tr>"


def _paragraph(paragraph: Paragraph) -> str:
    name = (paragraph.style.name if paragraph.style is not None else "") or ""
    inner = "".join(_run(run, paragraph) for run in paragraph.runs)
    tag = _TAGS.get(name, "p")
    classes = "item" if name.startswith("List") else "subtitle" if name == "Subtitle" else ""
    own = _style(paragraph.style.font) if paragraph.style else ""
    style = f"text-align: {_ALIGN.get(paragraph.alignment, 'left')}; {own}"
    return f'<{tag} class="{classes}" style="{style}">{inner or "&nbsp;"}</{tag}>'


_ALIGN: dict[Any, str] = {1: "center", 2: "right", 3: "justify"}


def _run(run: Any, paragraph: Paragraph) -> str:
    pictures = "".join(_pictures(run, paragraph))
    text = escape(run.text[:_MOST_TEXT]).replace("\n", "<br>")
    return f'{pictures}<span style="{_style(run.font)}">{text}</span>' if text else pictures


def _style(font: Any) -> str:
    parts = []
    if font.size is not None:
        parts.append(f"font-size: {min(font.size.pt, 96):.1f}pt")
    if font.bold is not None:
        parts.append(f"font-weight: {700 if font.bold else 400}")
    if font.italic:
        parts.append("font-style: italic")
    if font.color is not None and font.color.rgb is not None:
        parts.append(f"color: #{font.color.rgb}")
    return "; ".join(parts)


def _pictures(run: Any, paragraph: Paragraph) -> Iterator[str]:
    for drawing in run._r.iter(qn("wp:inline"), qn("wp:anchor")):
        blip = next(drawing.iter(qn("a:blip")), None)
        part = paragraph.part.related_parts.get(blip.get(qn("r:embed"))) if blip is not None else None
        kind = getattr(part, "content_type", "")
        if (
            part is None
            or kind not in ("image/png", "image/jpeg", "image/gif")
            or len(part.blob) > _MAX_PICTURE
        ):
            continue
        extent = drawing.find(qn("wp:extent"))
        width, height = (int(extent.get(side)) / 12_700 for side in ("cx", "cy"))
        data = b64encode(part.blob).decode()
        yield f'<img style="width: {width:.1f}pt; height: {height:.1f}pt" src="data:{kind};base64,{data}">'
