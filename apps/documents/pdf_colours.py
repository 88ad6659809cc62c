"""The colours with which the pages of a PDF are drawn.

It runs in the closed process: a small file may unpack to more than there is memory.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

#: Pages and drawn things that are looked at; what comes after them looks the same.
MAX_PAGES, MAX_OBJECTS = 20, 5_000
#: Forms inside forms.
_DEPTH = 5


def colours_of_pdf(content: bytes) -> Iterator[str]:
    """Every colour of texts and shapes, as `#RRGGBB`; nothing of a file that cannot be opened.

    Pictures and gradients are not looked into: their colours are those of photographs.
    """
    # Slow to import, and few files are PDF.
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    try:
        for number in range(min(len(document), MAX_PAGES)):
            yield from _on_page(document[number])
    except pypdfium2.PdfiumError:
        return
    finally:
        document.close()


def _on_page(page: Any) -> Iterator[str]:
    from pypdfium2 import raw

    for count, drawn in enumerate(page.get_objects(max_depth=_DEPTH)):
        if count >= MAX_OBJECTS:
            return
        if drawn.type == raw.FPDF_PAGEOBJ_TEXT:
            yield from _colour(raw.FPDFPageObj_GetFillColor, drawn)
        elif drawn.type == raw.FPDF_PAGEOBJ_PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(drawn, fill, stroke)
            if fill.value:
                yield from _colour(raw.FPDFPageObj_GetFillColor, drawn)
            if stroke.value:
                yield from _colour(raw.FPDFPageObj_GetStrokeColor, drawn)


def _colour(read: Any, drawn: Any) -> Iterator[str]:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if read(drawn, red, green, blue, alpha) and alpha.value:
        yield f"#{red.value:02X}{green.value:02X}{blue.value:02X}"
