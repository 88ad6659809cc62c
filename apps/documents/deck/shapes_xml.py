"""The XML of what masters and layouts are made of: placeholders, plain shapes, the ticket of the logo."""

from __future__ import annotations

from dataclasses import dataclass

from pptx.oxml.ns import nsdecls

from apps.documents.deck.geometry import Box

_SP = f"<p:sp {nsdecls('p', 'a')}>"
_NO_LINE = "<a:ln><a:noFill/></a:ln>"


@dataclass(frozen=True)
class Placeholder:
    """A placeholder; `style` is the XML of its first-level paragraph, `field` replaces the prompt."""

    name: str
    kind: str
    index: int
    box: Box
    style: str = ""
    anchor: str = "t"
    prompt: str = ""
    field: str = ""


def placeholder(shape_id: int, item: Placeholder) -> str:
    """A placeholder without inner margins that neither grows nor shrinks."""
    index = f' idx="{item.index}"' if item.index else ""
    style = f"<a:lstStyle>{item.style}</a:lstStyle>" if item.style else "<a:lstStyle/>"
    text = item.field or f"<a:r><a:rPr lang='en'/><a:t>{item.prompt}</a:t></a:r>"
    return (
        f'{_SP}<p:nvSpPr><p:cNvPr id="{shape_id}" name="{item.name}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{item.kind}"{index}/></p:nvPr>'
        f"</p:nvSpPr><p:spPr>{_frame(item.box)}{_RECTANGLE}</p:spPr>"
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{item.anchor}"><a:noAutofit/>'
        f"</a:bodyPr>{style}<a:p>{text}</a:p></p:txBody></p:sp>"
    )


def level(size: int, color: str, *, bold: bool = False, align: str = "l") -> str:
    """A first-level paragraph without bullet; `color` is a theme colour or `#RRGGBB`."""
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:buNone/>'
        f'<a:defRPr sz="{size * 100}" b="{int(bold)}">{fill(color)}</a:defRPr></a:lvl1pPr>'
    )


def fill(color: str) -> str:
    """A solid fill; `color` is a theme colour or `#RRGGBB`."""
    kind = "srgbClr" if color.startswith("#") else "schemeClr"
    return f'<a:solidFill><a:{kind} val="{color.lstrip("#")}"/></a:solidFill>'


def rectangle(box: Box, color: str) -> str:
    """A filled rectangle without a line."""
    return (
        f"{_decoration(5, 'Accent')}<p:spPr>{_frame(box)}{_RECTANGLE}{fill(color)}{_NO_LINE}</p:spPr></p:sp>"
    )


def ticket(box: Box, color: str) -> str:
    """The ticket of the logo as an editable shape, tilted by 14 degrees."""
    geometry = (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f'<a:pathLst><a:path w="480" h="480">{_ticket_path()}</a:path></a:pathLst></a:custGeom>'
    )
    frame = _frame(box, rotation=840_000)
    return f"{_decoration(6, 'Ticket')}<p:spPr>{frame}{geometry}{fill(color)}{_NO_LINE}</p:spPr></p:sp>"


def picture(box: Box, relation: str) -> str:
    """The logo, by the relation under which the page holds its file."""
    return (
        f"<p:pic {nsdecls('p', 'a', 'r')}><p:nvPicPr>"
        '<p:cNvPr id="7" name="Logo" descr="Mezzofy"/><p:cNvPicPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvPicPr><p:blipFill><a:blip r:embed="{relation}"/>'
        f"<a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>{_frame(box)}{_RECTANGLE}</p:spPr></p:pic>"
    )


def background(color: str) -> str:
    """The ground of a master or layout in a theme colour."""
    return f"<p:bg {nsdecls('p', 'a')}><p:bgPr>{fill(color)}<a:effectLst/></p:bgPr></p:bg>"


_RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'


def _frame(box: Box, rotation: int = 0) -> str:
    x, y, w, h = box.emu
    turned = f' rot="{rotation}"' if rotation else ""
    return f'<a:xfrm{turned}><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'


def _decoration(shape_id: int, name: str) -> str:
    properties = f'<p:cNvPr id="{shape_id}" name="{name}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
    return f"{_SP}<p:nvSpPr>{properties}</p:nvSpPr>"


def _ticket_path() -> str:
    """Clockwise from the upper left: rounded corners, a half-round notch on either side, on a grid of 480."""
    # 0.5523 of the radius: the usual handle length for a quarter circle; 4/3 of it for a half circle.
    c, n = 110 * (1 - 0.5523), 55 * 4 / 3
    return "".join(
        [
            f"<a:moveTo>{_point(110, 0)}</a:moveTo>",
            _line(370, 0),
            _curve((480 - c, 0), (480, c), (480, 110)),
            _line(480, 185),
            _curve((480 - n, 185), (480 - n, 295), (480, 295)),
            _line(480, 370),
            _curve((480, 480 - c), (480 - c, 480), (370, 480)),
            _line(110, 480),
            _curve((c, 480), (0, 480 - c), (0, 370)),
            _line(0, 295),
            _curve((n, 295), (n, 185), (0, 185)),
            _line(0, 110),
            _curve((0, c), (c, 0), (110, 0)),
            "<a:close/>",
        ]
    )


def _point(x: float, y: float) -> str:
    return f'<a:pt x="{x:.0f}" y="{y:.0f}"/>'


def _line(x: float, y: float) -> str:
    return f"<a:lnTo>{_point(x, y)}</a:lnTo>"


def _curve(*points: tuple[float, float]) -> str:
    return f"<a:cubicBezTo>{''.join(_point(*point) for point in points)}</a:cubicBezTo>"
