"""The colours that a slide's theme gives to its shapes."""

from __future__ import annotations

from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
#: Names that pages use for slots of the theme, unless the master maps them otherwise.
_MAPPED = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}


class Colours:
    """Looks colours up in the theme of a master; "" where none is given."""

    def __init__(self, master: Any) -> None:
        self._theme = _theme(master)
        mapping = master._element.find(qn("p:clrMap"))
        self._map = {**_MAPPED, **(dict(mapping.attrib) if mapping is not None else {})}

    @property
    def text(self) -> str:
        """What words are set in by default."""
        return self._named("tx1") or "#000000"

    def ground(self, page: Any) -> str:
        """The colour behind a slide, layout or master of its own."""
        background = page._element.cSld.find(qn("p:bg"))
        if background is None:
            return ""
        return self.fill(background.find(qn("p:bgPr")))

    def fill(self, properties: Any) -> str:
        """The solid fill right under an element of properties."""
        solid = properties.find(qn("a:solidFill")) if properties is not None else None
        if solid is None or not len(solid):
            return ""
        colour = solid[0]
        if colour.tag == qn("a:srgbClr"):
            return _hex(colour.get("val", ""))
        return self._named(colour.get("val", "")) if colour.tag == qn("a:schemeClr") else ""

    def _named(self, name: str) -> str:
        return self._theme.get(self._map.get(name, name), "")


def _theme(master: Any) -> dict[str, str]:
    part = next(
        (
            relation.target_part
            for relation in master.part.rels.values()
            if not relation.is_external and relation.target_part.content_type == _THEME
        ),
        None,
    )
    scheme = parse_xml(part.blob).find(f".//{qn('a:clrScheme')}") if part is not None else None
    if scheme is None:
        return {}
    found = {}
    for slot in scheme:
        value = slot[0].get("val", "") if slot[0].tag == qn("a:srgbClr") else slot[0].get("lastClr", "")
        found[slot.tag.rpartition("}")[2]] = _hex(value)
    return found


def _hex(value: str) -> str:
    """A colour that may stand in a style: nothing but six digits."""
    digits = value.upper()
    return f"#{digits}" if len(digits) == 6 and all(letter in "0123456789ABCDEF" for letter in digits) else ""
