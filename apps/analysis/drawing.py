"""A chart as a picture: chats, mails and documents all show it."""

from __future__ import annotations

import io
from html import escape

from apps.documents.brand import load_brand
from apps.documents.charts import Chart
from apps.documents.charts_svg import to_svg
from apps.documents.pdf import draw

_PAGE = "size: 180mm 92mm; margin: 5mm"
_SCALE = 2.0


def png(chart: Chart) -> bytes:
    """The chart with its title, as a PNG of about 1,020 by 520 pixels. Raises `PdfUnavailable`."""
    # Slow to import, and few calls draw.
    import pypdfium2

    document = pypdfium2.PdfDocument(draw(_page(chart), trusted=True))
    try:
        image = document[0].render(scale=_SCALE).to_pil().convert("RGB")
    finally:
        document.close()
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _page(chart: Chart) -> str:
    """All words of the chart are escaped, here and by `to_svg`."""
    brand = load_brand()
    fonts = ", ".join(f"'{name}'" for name in (brand.document_font, *brand.chinese_fonts))
    note = f"<p>{escape(chart.note)}</p>" if chart.note else ""
    return (
        f"<style>@page {{ {_PAGE}; background: {brand.paper} }}"
        f"body {{ font-family: {fonts}, sans-serif; color: {brand.ink}; margin: 0 }}"
        "h1 { font-size: 11pt; margin: 0 0 2mm } p { font-size: 8pt; margin: 1mm 0 0 } "
        "svg { width: 100%; height: auto }"
        f"</style><h1>{escape(chart.title)}</h1>{to_svg(chart)}{note}"
    )
