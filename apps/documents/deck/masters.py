"""Makes the slide masters in `knowledge/templates/pptx`: 16:9, theme colours and fonts of the brand, four layouts.

python-pptx can fill layouts but not draw them, so their XML is written here. Run `manage.py build_deck_masters`
after the palette or a logo changed, and commit the files.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from apps.documents.brand import Brand, knowledge_dir, load_brand, logo
from apps.documents.deck.geometry import BODY, COVER_BYLINE, COVER_SUBTITLE, COVER_TITLE, TITLE, Box
from apps.documents.deck.slides import MasterName

_THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_CHINESE = "Microsoft YaHei"
_FOOTER = Box(1.12, 6.98, 8.5, 0.3)
_NUMBER = Box(11.43, 6.98, 1.2, 0.3)
#: Index in python-pptx's own template, and the name it gets here.
_LAYOUTS = {0: "Cover", 1: "Content", 5: "Title only", 6: "Closing"}


def master_path(name: MasterName) -> Path:
    """Where the master lies."""
    return knowledge_dir() / "templates" / "pptx" / f"{name}.pptx"


def build_master(name: MasterName) -> bytes:
    """A presentation without slides: `sales_deck` opens on ink, `overview` on coral."""
    brand = load_brand()
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(13.333), Inches(7.5)
    _set_theme(presentation, brand)
    layouts = list(presentation.slide_layouts)
    for index, layout in enumerate(layouts):
        if index not in _LAYOUTS:
            presentation.slide_layouts.remove(layout)
    on_coral = name == "overview"
    _draw(presentation.slide_master, _master_shapes(brand), ground="bg1")
    dark = "accent1" if on_coral else "tx1"
    for index, label in _LAYOUTS.items():
        layout = layouts[index]
        layout.name = label
        is_dark = label in {"Cover", "Closing"}
        _draw(layout, _layout_shapes(label, on_coral), ground=dark if is_dark else None)
        _picture(layout, "mezzofy_on_coral" if on_coral else "mezzofy_light", is_dark)
    _set_text_styles(presentation.slide_master, brand)
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
    theme = etree.fromstring(part.blob)
    theme.set("name", "Mezzofy")
    colors = {
        "dk1": brand.ink,
        "lt1": brand.paper,
        "dk2": brand.ink_soft,
        "lt2": brand.cloud,
        **{f"accent{number}": color for number, color in enumerate(brand.series[:6], start=1)},
        "hlink": brand.coral_deep,
        "folHlink": brand.slate,
    }
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    scheme.set("name", "Mezzofy")
    for name, color in colors.items():
        element = scheme.find(qn(f"a:{name}"))
        element[:] = [parse_xml(f'<a:srgbClr {nsdecls("a")} val="{color.lstrip("#")}"/>')]
    fonts = theme.find(f".//{qn('a:fontScheme')}")
    fonts.set("name", "Mezzofy")
    for kind in ("majorFont", "minorFont"):
        font = fonts.find(qn(f"a:{kind}"))
        font.find(qn("a:latin")).set("typeface", brand.presentation_font)
        font.find(qn("a:ea")).set("typeface", _CHINESE)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


@dataclass(frozen=True)
class _Placeholder:
    """A placeholder of a layout; `style` is the XML of its first-level paragraph."""

    name: str
    kind: str
    index: int
    box: Box
    style: str = ""
    anchor: str = "t"
    prompt: str = ""
    field: str = ""


def _placeholder_xml(shape_id: int, item: _Placeholder) -> str:
    box = item.box
    index = f' idx="{item.index}"' if item.index else ""
    style = f"<a:lstStyle>{item.style}</a:lstStyle>" if item.style else "<a:lstStyle/>"
    text = item.field or f"<a:r><a:rPr lang='en'/><a:t>{item.prompt}</a:t></a:r>"
    return f"""<p:sp {nsdecls("p", "a")}>
      <p:nvSpPr><p:cNvPr id="{shape_id}" name="{item.name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>
        <p:nvPr><p:ph type="{item.kind}"{index}/></p:nvPr></p:nvSpPr>
      <p:spPr><a:xfrm><a:off x="{box.emu[0]}" y="{box.emu[1]}"/><a:ext cx="{box.emu[2]}" cy="{box.emu[3]}"/></a:xfrm>
        <a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>
      <p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{item.anchor}"><a:noAutofit/></a:bodyPr>
        {style}<a:p>{text}</a:p></p:txBody></p:sp>"""


def _level(size: int, color: str, *, bold: bool = False, align: str = "l") -> str:
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/><a:defRPr sz="{size * 100}" b="{int(bold)}">'
        f'<a:solidFill><a:schemeClr val="{color}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )


def _footers() -> list[_Placeholder]:
    number = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en"/><a:t>‹#›</a:t></a:fld>'
    gray = _level(12, "tx1").replace('<a:schemeClr val="tx1"/>', '<a:srgbClr val="5F5B70"/>')
    return [
        _Placeholder("Footer", "ftr", 11, _FOOTER, gray, "ctr"),
        _Placeholder("Slide number", "sldNum", 12, _NUMBER, gray.replace('algn="l"', 'algn="r"'), "ctr", field=number),
    ]


def _xml(items: list[_Placeholder], shapes: list[str]) -> list[str]:
    return shapes + [_placeholder_xml(number + 10, item) for number, item in enumerate(items)]


def _master_shapes(brand: Brand) -> list[str]:
    items = [
        _Placeholder("Title", "title", 0, TITLE, anchor="t", prompt="Title"),
        _Placeholder("Body", "body", 1, BODY, prompt="Text"),
        *_footers(),
    ]
    return _xml(items, [])


def _layout_shapes(label: str, on_coral: bool) -> list[str]:
    title = _Placeholder("Title", "title", 0, TITLE, prompt="A sentence that says the message")
    body = _Placeholder("Body", "body", 1, BODY, prompt="Text")
    if label == "Cover":
        items = [
            _Placeholder("Title", "ctrTitle", 0, COVER_TITLE, _level(40, "bg1", bold=True), "b", "Title"),
            _Placeholder("Subtitle", "subTitle", 1, COVER_SUBTITLE, _level(20, "bg1"), "t", "Subtitle"),
            _Placeholder("Byline", "body", 13, COVER_BYLINE, _level(14, "bg1"), "b", "Prepared by, date"),
        ]
        return _xml(items, [_ticket_xml(Box(8.75, 0.75, 6.0, 6.0), "tx1" if on_coral else "accent1")])
    if label == "Closing":
        items = [
            _Placeholder("Title", "title", 0, TITLE, _level(30, "bg1", bold=True), "t", "Next steps"),
            _Placeholder("Body", "body", 1, Box(0.7, 1.95, 7.4, 4.6), _level(18, "bg1"), "t", "Text"),
        ]
        return _xml(items, [_ticket_xml(Box(11.0, 4.6, 3.6, 3.6), "tx1" if on_coral else "accent1")])
    tick = _rectangle_xml(Box(0.7, 0.52, 0.62, 0.075), "accent1")
    return _xml([title, *([body] if label == "Content" else []), *_footers()], [tick])


def _rectangle_xml(box: Box, color: str) -> str:
    x, y, w, h = box.emu
    return f"""<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="5" name="Accent"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>
      <p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
      <a:solidFill><a:schemeClr val="{color}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>"""


def _ticket_xml(box: Box, color: str) -> str:
    """The ticket of the logo as an editable shape: rounded corners, a half-round notch left and right."""
    x, y, w, h = box.emu
    return f"""<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="6" name="Ticket" descr=""/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>
      <p:spPr><a:xfrm rot="840000"><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>
      <a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>
      <a:pathLst><a:path w="480" h="480">{_ticket_path()}</a:path></a:pathLst></a:custGeom>
      <a:solidFill><a:schemeClr val="{color}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>"""


def _ticket_path() -> str:
    def point(x: float, y: float) -> str:
        return f'<a:pt x="{x:.0f}" y="{y:.0f}"/>'

    def curve(*points: tuple[float, float]) -> str:
        return f"<a:cubicBezTo>{''.join(point(*p) for p in points)}</a:cubicBezTo>"

    def line(x: float, y: float) -> str:
        return f"<a:lnTo>{point(x, y)}</a:lnTo>"

    # 0.5523 of the radius: the usual handle length for a quarter circle; 4/3 of it for a half circle.
    c, n = 110 * (1 - 0.5523), 55 * 4 / 3
    return "".join(
        [
            f"<a:moveTo>{point(110, 0)}</a:moveTo>",
            line(370, 0),
            curve((480 - c, 0), (480, c), (480, 110)),
            line(480, 185),
            curve((480 - n, 185), (480 - n, 295), (480, 295)),
            line(480, 370),
            curve((480, 480 - c), (480 - c, 480), (370, 480)),
            line(110, 480),
            curve((c, 480), (0, 480 - c), (0, 370)),
            line(0, 295),
            curve((n, 295), (n, 185), (0, 185)),
            line(0, 110),
            curve((0, c), (c, 0), (110, 0)),
            "<a:close/>",
        ]
    )


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
        xml = f'<p:bg {nsdecls("p", "a")}><p:bgPr><a:solidFill><a:schemeClr val="{ground}"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
        container.insert(0, parse_xml(xml))


def _picture(layout: Any, variant: Any, is_dark: bool) -> None:
    path = logo(variant if is_dark else "mark")
    box = Box(0.7, 0.62, 2.05, 0.487) if is_dark else Box(0.7, 6.98, 0.3, 0.3)
    if is_dark and layout.name == "Closing":
        box = Box(0.7, 6.72, 1.65, 0.392)
    _part, relation = layout.part.get_or_add_image_part(str(path))
    x, y, w, h = box.emu
    xml = f"""<p:pic {nsdecls("p", "a", "r")}><p:nvPicPr><p:cNvPr id="7" name="Logo" descr="Mezzofy"/><p:cNvPicPr/><p:nvPr userDrawn="1"/></p:nvPicPr>
      <p:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>
      <p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>"""
    layout.shapes._spTree.insert(2, parse_xml(xml))
    # The ticket stays behind the logo.
    for shape in layout.shapes._spTree.findall(qn("p:sp")):
        if shape.find(f".//{qn('p:cNvPr')}").get("name") == "Ticket":
            layout.shapes._spTree.remove(shape)
            layout.shapes._spTree.insert(2, shape)


def _set_text_styles(master: Any, brand: Brand) -> None:
    slate = brand.slate.lstrip("#")
    levels = "".join(
        f'<a:lvl{level}pPr marL="{228600 * level}" indent="-228600" algn="l"><a:spcBef><a:spcPts val="600"/></a:spcBef>'
        f'<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="Arial"/><a:buChar char="•"/>'
        f'<a:defRPr sz="{size * 100}"><a:solidFill>{color}</a:solidFill>'
        f'<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/></a:defRPr></a:lvl{level}pPr>'
        for level, size, color in (
            (1, 20, '<a:schemeClr val="tx1"/>'),
            (2, 16, f'<a:srgbClr val="{slate}"/>'),
            (3, 14, f'<a:srgbClr val="{slate}"/>'),
        )
    )
    title = (
        '<a:lvl1pPr algn="l"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:buNone/><a:defRPr sz="2800" b="1">'
        '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>'
        "</a:defRPr></a:lvl1pPr>"
    )
    styles = master._element.find(qn("p:txStyles"))
    styles.find(qn("p:titleStyle"))[:] = [parse_xml(f"<a:x {nsdecls('a')}>{title}</a:x>")[0]]
    styles.find(qn("p:bodyStyle"))[:] = list(parse_xml(f"<a:x {nsdecls('a')}>{levels}</a:x>"))
