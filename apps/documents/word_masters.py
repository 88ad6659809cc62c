"""Makes the Word templates in `knowledge/templates/docx` that people then edit in Word.

Run `manage.py build_word_templates` after the palette or a logo changed, and commit the files.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from apps.documents.brand import Brand, load_brand, logo

_LATIN, _CHINESE = "Arial", "Microsoft YaHei"
#: Style, points, bold, colour of the brand, space before and after in points.
_STYLES = (
    ("Normal", 10.5, False, "ink", 0, 6),
    ("Title", 26, True, "ink", 18, 4),
    ("Subtitle", 13, False, "slate", 0, 18),
    ("Heading 1", 16, True, "ink", 18, 6),
    ("Heading 2", 12.5, True, "coral_deep", 12, 4),
    ("List Bullet", 10.5, False, "ink", 0, 3),
)


def build_word(name: str) -> bytes:
    """The template of that name: `document`, `proposal` or `website_copy`."""
    document = Document()
    brand = load_brand()
    _set_up(document, brand)
    _BODIES[name](document, brand)
    document.core_properties.author = "Mezzofy"
    document.core_properties.title = "{{ title }}"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any, brand: Brand) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.2)
    for name, size, bold, color, before, after in _STYLES:
        _set_style(document.styles[name], size, bold, getattr(brand, color), before, after)
    head = section.header.paragraphs[0]
    head.add_run().add_picture(str(logo("mezzofy")), height=Cm(0.75))
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.LEFT
    _run(foot, "Mezzofy · {{ title }} · {{ prepared_on }} · ", 8, brand.slate)
    _page_number(foot, brand)
    _set_language(document)


def _page_number(paragraph: Any, brand: Brand) -> None:
    """A field that Word fills on each page."""
    _run(paragraph, "", 8, brand.slate)
    run = paragraph.runs[-1]._r
    for part in (
        '<w:fldChar {ns} w:fldCharType="begin"/>',
        '<w:instrText {ns} xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar {ns} w:fldCharType="separate"/>',
        "<w:t {ns}>1</w:t>",
        '<w:fldChar {ns} w:fldCharType="end"/>',
    ):
        run.append(parse_xml(part.format(ns=nsdecls("w"))))


def _set_language(document: Any) -> None:
    """For spelling and for screen readers."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    language = defaults.find(f".//{qn('w:lang')}")
    for attribute, value in (("w:val", "en-GB"), ("w:eastAsia", "zh-CN")):
        language.set(qn(attribute), value)


def _set_style(style: Any, size: float, bold: bool, color: str, before: int, after: int) -> None:
    style.font.name, style.font.size, style.font.bold = _LATIN, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = _rgb(color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if attribute.endswith("Theme"):
            del fonts.attrib[attribute]
    for kind, face in (("w:ascii", _LATIN), ("w:hAnsi", _LATIN), ("w:cs", _LATIN), ("w:eastAsia", _CHINESE)):
        fonts.set(qn(kind), face)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.25
    border = style.element.pPr.find(qn("w:pBdr")) if style.element.pPr is not None else None
    if border is not None:
        style.element.pPr.remove(border)


def _document(document: Any, brand: Brand) -> None:
    _cover(document)
    _sections(document, brand)
    _sources(document, brand)


def _proposal(document: Any, brand: Brand) -> None:
    _cover(document)
    document.add_paragraph("{{ opening }}")
    _sections(document, brand)
    document.add_heading("What it costs", 1)
    _price_table(document, brand)
    _run(document.add_paragraph(), "{{ tax_note }} {{ terms }}", 9, brand.slate)
    document.add_paragraph("The offer is valid until {{ valid_until }}.")
    document.add_heading("Next step", 1)
    document.add_paragraph("{{ next_step }}")
    _sources(document, brand)


def _website_copy(document: Any, brand: Brand) -> None:
    _cover(document)
    table = document.add_table(rows=0, cols=2)
    for label, name in (
        ("Page title", "meta_title"),
        ("Description", "meta_description"),
        ("Address", "slug"),
    ):
        cells = table.add_row().cells
        _fill(cells[0], label, brand, ink=brand.slate)
        _fill(cells[1], f"{{{{ {name} }}}}", brand)
    _rule(table, brand)
    _sections(document, brand)
    document.add_heading("Button", 1)
    document.add_paragraph("{{ call_to_action }}")
    _sources(document, brand)


_BODIES: dict[str, Callable[[Any, Brand], None]] = {
    "document": _document,
    "proposal": _proposal,
    "website_copy": _website_copy,
}


def _cover(document: Any) -> None:
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ subtitle }}", style="Subtitle")


def _sections(document: Any, brand: Brand) -> None:
    """Loops in paragraphs of their own: docxtpl takes those out with `{%p`."""
    for text, style in (
        ("{%p for section in sections %}", "Normal"),
        ("{{ section.title }}", "Heading 1"),
        ("{%p for paragraph in section.paragraphs %}", "Normal"),
        ("{{ paragraph }}", "Normal"),
        ("{%p endfor %}", "Normal"),
        ("{%p for point in section.points %}", "Normal"),
        ("{{ point }}", "List Bullet"),
        ("{%p endfor %}", "Normal"),
        ("{%p if section.rows %}", "Normal"),
    ):
        document.add_paragraph(text, style=style)
    table = document.add_table(rows=4, cols=3)
    rows = (
        ("{%tc for name in section.columns %}", "{{ name }}", "{%tc endfor %}"),
        ("{%tr for row in section.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text in zip(row.cells, texts, strict=True):
            _fill(cell, text, brand, bold=number == 0)
    _rule(table, brand, has_head=True)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")


def _price_table(document: Any, brand: Brand) -> None:
    table = document.add_table(rows=5, cols=3)
    rows = (
        ("Item", "Basis", "Amount"),
        ("{%tr for line in lines %}", "", ""),
        ("{{ line.label }}", "{{ line.basis }}", "{{ line.amount }}"),
        ("{%tr endfor %}", "", ""),
        ("{{ total_label }}", "", "{{ total }}"),
    )
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            _fill(cell, text, brand, bold=number in (0, 4), right=place == 2)
    _rule(table, brand, has_head=True)


def _sources(document: Any, brand: Brand) -> None:
    document.add_paragraph("{%p if sources %}")
    _run(document.add_paragraph(), "Sources", 9, brand.slate, bold=True)
    document.add_paragraph("{%p for source in sources %}")
    _run(document.add_paragraph(), "{{ source }}", 8.5, brand.slate)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


def _fill(
    cell: Any, text: str, brand: Brand, *, bold: bool = False, right: bool = False, ink: str = ""
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(3)
    paragraph.paragraph_format.space_before = Pt(3)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, text, 9.5, ink or brand.ink, bold=bold)


def _run(paragraph: Any, text: str, size: float, color: str, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(color)


def _rule(table: Any, brand: Brand, *, has_head: bool = False) -> None:
    """Thin lines under the rows, none between columns. Rows stay whole, and the head stands on each page."""
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{brand.line.lstrip("#")}"'
    borders = f"<w:tblBorders {nsdecls('w')}><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
    table._tbl.tblPr.append(parse_xml(borders))
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        if has_head and number == 0:
            properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _rgb(color: str) -> Any:
    return RGBColor(*bytes.fromhex(color.lstrip("#")))
