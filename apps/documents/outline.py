"""The first slide drawn from its words, where no office program can draw the real one."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from apps.documents.brand import Brand, knowledge_dir, load_brand, logo
from apps.documents.typography import wrap

_SIZE = (960, 540)
_MARGIN = 56
_TEXT_WIDTH = 600


def draw_outline(presentation: Any) -> Image.Image:
    """Title and further text of the first slide on the brand's ground, 960 by 540 pixels."""
    brand = load_brand()
    image = Image.new("RGB", _SIZE, brand.ink)
    draw = ImageDraw.Draw(image)
    _ticket(draw, brand)
    _paste_logo(image)
    title, lines = _words(presentation)
    y = _text(draw, title, (_MARGIN, 170), 40, brand.paper, bold=True, most=4)
    for line in lines[:4]:
        y = _text(draw, line, (_MARGIN, y + 14), 20, brand.mist, bold=False, most=2)
    return image


def _words(presentation: Any) -> tuple[str, list[str]]:
    slides = presentation.slides
    if not len(slides):
        return presentation.core_properties.title or "Presentation", []
    slide = slides[0]
    heading = slide.shapes.title
    title = heading.text_frame.text if heading is not None else presentation.core_properties.title
    others = [
        shape.text_frame.text
        for shape in slide.shapes
        if shape.has_text_frame and (heading is None or shape.shape_id != heading.shape_id)
    ]
    return title or "Presentation", [text for text in others if text.strip()]


def _text(
    draw: ImageDraw.ImageDraw, text: str, at: tuple[int, int], size: int, color: str, *, bold: bool, most: int
) -> int:
    """Draw wrapped text; gives the y under it."""
    x, y = at
    font = _font(size, bold, text)
    for line in wrap(text, _TEXT_WIDTH, size, bold=bold)[:most]:
        draw.text((x, y), line, font=font, fill=color)
        y += round(size * 1.3)
    return y


def _font(size: int, bold: bool, text: str) -> ImageFont.FreeTypeFont:
    """The brand's face, or one of the system's for Chinese if it has any (Pillow finds it by file name)."""
    if any(unicodedata.east_asian_width(letter) in "WF" for letter in text):
        for name in ("NotoSansCJK-Bold.ttc" if bold else "NotoSansCJK-Regular.ttc", "wqy-microhei.ttc"):
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    name = "Inter-Bold.otf" if bold else "Inter-Regular.otf"
    return ImageFont.truetype(str(Path(knowledge_dir(), "brand", "fonts", name)), size)


def _ticket(draw: ImageDraw.ImageDraw, brand: Brand) -> None:
    draw.rounded_rectangle((690, 70, 1040, 470), radius=70, fill=brand.coral)
    draw.ellipse((655, 235, 725, 305), fill=brand.ink)


def _paste_logo(image: Image.Image) -> None:
    with Image.open(logo("mezzofy_light")) as source:
        mark = source.convert("RGBA")
        mark.thumbnail((190, 60))
        image.paste(mark, (_MARGIN, 48), mark)
