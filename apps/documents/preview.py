"""A picture of the first page of a file, for the card that shows it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from pathlib import Path

from PIL import Image, ImageOps
from pptx import Presentation

from apps.documents.outline import draw_outline

WIDTH = 960
_MAX_PIXELS = 50_000_000
_MAX_BYTES = 64 * 1024 * 1024
_OFFICE_SECONDS = 20

_PDF = "application/pdf"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def first_page_png(content: bytes, content_type: str) -> bytes | None:
    """A PNG at most 960 pixels wide and high; None if the file has no picture to show or cannot be read."""
    if not content or len(content) > _MAX_BYTES:
        return None
    try:
        if content_type == _PDF:
            return _png(_pdf_page(content))
        if content_type == _PPTX:
            return _png(_slide(content))
        if content_type.startswith("image/") and content_type != "image/svg+xml":
            return _png(_picture(content))
    except Exception:
        return None
    return None


def _png(image: Image.Image) -> bytes:
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _pdf_page(content: bytes) -> Image.Image:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        # Pages may be of any size, posters too: the scale is bounded, not the page.
        scale = min(WIDTH / max(page.get_width(), page.get_height(), 1.0) * 1.6, 4.0)
        image: Image.Image = page.render(scale=scale).to_pil()
        return image.convert("RGB")
    finally:
        document.close()


def _picture(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(content))
    if image.width * image.height > _MAX_PIXELS:
        raise ValueError("The picture has too many pixels.")
    # JPEG is decoded small already, which saves most of the memory.
    image.draft("RGB", (WIDTH, WIDTH))
    upright = ImageOps.exif_transpose(image)
    return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")


def _slide(content: bytes) -> Image.Image:
    program = shutil.which("soffice")
    drawn = _by_office(program, content) if program else None
    return drawn or draw_outline(Presentation(io.BytesIO(content)))


def _by_office(program: str, content: bytes) -> Image.Image | None:
    """The first slide as LibreOffice draws it; None if it takes too long or fails."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        source = Path(folder, "deck.pptx")
        source.write_bytes(content)
        # An own profile: a second LibreOffice with the same one would refuse to start.
        command = [
            program,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        if not _finished(command):
            return None
        pdf = source.with_suffix(".pdf")
        return _pdf_page(pdf.read_bytes()) if pdf.is_file() else None


def _finished(command: list[str]) -> bool:
    """Whether the command ended well in time; if not, it is ended with all its children."""
    quiet = subprocess.DEVNULL
    # A session of its own, because `soffice` is a script whose children outlive it when only it is killed.
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True) as process:
        try:
            return process.wait(_OFFICE_SECONDS) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False
