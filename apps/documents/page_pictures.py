"""Pictures of what people sent, small enough to look at.

It runs in the closed process: what draws them is written in C, and the file was written by a stranger.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageOps

#: Pixels of the longer side.
WIDTH = 960
MAX_PIXELS = 50_000_000
#: Of all that Pillow opens, what people send; some of the others start programs (Ghostscript).
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "AVIF", "JPEG2000", "MPO")


def pages_of_pdf(content: bytes, most: int) -> tuple[list[bytes], int]:
    """PNGs of the first `most` pages, and how many pages there are."""
    # Slow to import, and pictures do not need it.
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        total = len(document)
        return [_png(_page(document[number])) for number in range(min(total, most))], total
    finally:
        document.close()


def small_picture(content: bytes) -> bytes:
    """The picture upright, as PNG."""
    return _png(_picture(content))


def _png(image: Image.Image) -> bytes:
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _page(page: Any) -> Image.Image:
    # Pages may be of any size, posters too: the scale is bounded, not the page.
    scale = min(WIDTH / max(page.get_width(), page.get_height(), 1.0) * 1.6, 4.0)
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


def _picture(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("The picture has too many pixels.")
    # JPEG is decoded small already, which saves most of the memory.
    image.draft("RGB", (WIDTH, WIDTH))
    upright = ImageOps.exif_transpose(image)
    return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
