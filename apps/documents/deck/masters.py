"""Makes the slide masters in `knowledge/templates/pptx`: 16:9, theme colours and fonts, four layouts.

python-pptx can fill layouts but not draw them, so their XML is written here and in `shapes_xml`. Run
`manage.py build_deck_masters` after the palette or a logo changed, and commit the files.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from apps.documents.brand import Brand, LogoVariant, knowledge_dir, load_brand, logo
from apps.documents.deck import shapes_xml as xml
from apps.documents.deck.geometry import (
    BODY,
    CLOSING_BODY,
    COVER_BYLINE,
    COVER_SUBTITLE,
    COVER_TITLE,
    TITLE,
    Box,
)
from apps.documents.deck.shapes_xml import Placeholder, level
from apps.documents.deck.slides import MasterName

_THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_CHINESE = "Microsoft YaHei"
_FOOTER = Box(1.12, 6.98, 8.5, 0.3)
_NUMBER = Box(11.43, 6.98, 1.2, 0.3)
_LOGOS = {"Cover": Box(0.7, 0.62, 2.05, 0.487), "Closing": Box(0.7, 6.72, 1.65, 0.392)}
_MARK = Box(0.7, 6.98, 0.3, 0.3)
#: Index in python-pptx's own template, and the name it gets here.
_LAYOUTS = {0: "Cover", 1: "Content", 5: "Title only", 6: "Closing"}
_PAGE_NUMBER = (
    '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
    '<a:rPr lang="en"/><a:t>‹#›</a:t></a:fld>'
)


def master_path(name: MasterName) -> Path:
    """Where the master lies."""
    return knowledge_dir() / "templates" / "pptx" / f"{name}.pptx"


def build_master(name: MasterName) -> bytes:
    """A presentation without slides: `sales_deck` opens on ink, `overview` on coral."""
    brand = load_brand()
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    _set_theme(presentation, brand)
    _draw(presentation.slide_master, _master_shapes(brand), ground="bg1")
    _set_text_styles(presentation.slide_master, brand)
    for index, layout in enumerate(list(presentation.slide_layouts)):
        if index in _LAYOUTS:
            _build_layout(layout, _LAYOUTS[index], brand, on_coral=name == "overview")
        else:
            presentation.slide_layouts.remove(layout)
    presentation.core_properties.title = f"Mezzofy {name.replace('_', ' ')}"
    presentation.core_properties.author = "Mezzofy"
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()


def _set_theme(presentation: Any, brand: Brand) -> None:
    part = next(
        relation.target_part
        for relation in presentation.slide_master.part.rels.values()
        if relation.target_part.content_type == _THEME_TYPE
    )
    theme = parse_xml(part.blob)
    theme.set("name", "Mezzofy")
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    scheme.set("name", "Mezzofy")
    for name, color in _theme_colors(brand).items():
        value = parse_xml(f'<a:srgbClr {nsdecls("a")} val="{color.lstrip("#")}"/>')
        scheme.find(qn(f"a:{name}"))[:] = [value]
    fonts = theme.find(f".//{qn('a:fontScheme')}")
    fonts.set("name", "Mezzofy")
    for kind in ("a:majorFont", "a:minorFont"):
        font = fonts.find(qn(kind))
        font.find(qn("a:latin")).set("typeface", brand.presentation_font)
        font.find(qn("a:ea")).set("typeface", _CHINESE)
    part._blob = serialize_part_xml(theme)


def _theme_colors(brand: Brand) -> dict[str, str]:
    return {
        "dk1": brand.ink,
        "lt1": brand.paper,
        "dk2": brand.ink_soft,
        "lt2": brand.cloud,
        **{f"accent{number}": color for number, color in enumerate(brand.series[:6], start=1)},
        "hlink": brand.coral_deep,
        "folHlink": brand.slate,
    }


def _build_layout(layout: Any, label: str, brand: Brand, *, on_coral: bool) -> None:
    layout.name = label
    is_dark = label in _LOGOS
    ground, accent = ("accent1", "tx1") if on_coral else ("tx1", "accent1")
    _draw(layout, _layout_shapes(label, accent, brand), ground=ground if is_dark else None)
    light: LogoVariant = "mezzofy_on_coral" if on_coral else "mezzofy_light"
    _part, relation = layout.part.get_or_add_image_part(str(logo(light if is_dark else "mark")))
    # Above the ticket, which is the first shape of the dark layouts, and below everything else.
    position = 3 if is_dark else 2
    layout.shapes._spTree.insert(position, parse_xml(xml.picture(_LOGOS.get(label, _MARK), relation)))


def _master_shapes(brand: Brand) -> list[str]:
    title = Placeholder("Title", "title", 0, TITLE, prompt="Title")
    body = Placeholder("Body", "body", 1, BODY, prompt="Text")
    return _placed([title, body, *_footers(brand)])


def _footers(brand: Brand) -> list[Placeholder]:
    left, right = level(12, brand.slate), level(12, brand.slate, align="r")
    return [
        Placeholder("Footer", "ftr", 11, _FOOTER, left, "ctr"),
        Placeholder("Slide number", "sldNum", 12, _NUMBER, right, "ctr", field=_PAGE_NUMBER),
    ]


def _layout_shapes(label: str, accent: str, brand: Brand) -> list[str]:
    if label == "Cover":
        items = [
            Placeholder("Title", "ctrTitle", 0, COVER_TITLE, level(40, "bg1", bold=True), "b", "Title"),
            Placeholder("Subtitle", "subTitle", 1, COVER_SUBTITLE, level(20, "bg1"), "t", "Subtitle"),
            Placeholder("Byline", "body", 13, COVER_BYLINE, level(14, "bg1"), "b", "Prepared by, date"),
        ]
        return [xml.ticket(Box(8.75, 0.75, 6.0, 6.0), accent), *_placed(items)]
    if label == "Closing":
        items = [
            Placeholder("Title", "title", 0, TITLE, level(30, "bg1", bold=True), "t", "Next steps"),
            Placeholder("Body", "body", 1, CLOSING_BODY, level(18, "bg1"), "t", "Text"),
        ]
        return [xml.ticket(Box(11.0, 4.6, 3.6, 3.6), accent), *_placed(items)]
    items = [Placeholder("Title", "title", 0, TITLE, prompt="A sentence that says the message")]
    if label == "Content":
        items.append(Placeholder("Body", "body", 1, BODY, prompt="Text"))
    return [xml.rectangle(Box(0.7, 0.52, 0.62, 0.075), "accent1"), *_placed([*items, *_footers(brand)])]


def _placed(items: list[Placeholder]) -> list[str]:
    return [xml.placeholder(number, item) for number, item in enumerate(items, start=10)]


def _draw(page: Any, shapes: list[str], *, ground: str | None) -> None:
    """Replace everything on a master or layout by `shapes`; `ground` is the theme colour behind them."""
    tree = page.shapes._spTree
    for element in list(tree)[2:]:
        tree.remove(element)
    for shape in shapes:
        tree.append(parse_xml(shape))
    container = page._element.cSld
    for old in container.findall(qn("p:bg")):
        container.remove(old)
    if ground:
        container.insert(0, parse_xml(xml.background(ground)))


def _set_text_styles(master: Any, brand: Brand) -> None:
    levels = ((1, 20, "tx1"), (2, 16, brand.slate), (3, 14, brand.slate))
    body = "".join(_body_level(number, size, color) for number, size, color in levels)
    title = (
        '<a:lvl1pPr algn="l"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:buNone/>'
        f'<a:defRPr sz="2800" b="1">{xml.fill("tx1")}<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>'
        "</a:defRPr></a:lvl1pPr>"
    )
    styles = master._element.find(qn("p:txStyles"))
    for name, content in (("p:titleStyle", title), ("p:bodyStyle", body)):
        styles.find(qn(name))[:] = list(parse_xml(f"<a:styles {nsdecls('a')}>{content}</a:styles>"))


def _body_level(number: int, size: int, color: str) -> str:
    return (
        f'<a:lvl{number}pPr marL="{228_600 * number}" indent="-228600" algn="l">'
        '<a:spcBef><a:spcPts val="600"/></a:spcBef><a:buClr><a:schemeClr val="accent1"/></a:buClr>'
        '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
        f'<a:defRPr sz="{size * 100}">{xml.fill(color)}<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        f"</a:defRPr></a:lvl{number}pPr>"
    )
