"""Pictures of the first pages of a file."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from apps.artifacts.previews import MAX_PAGES, Drawn
from apps.documents.archives import is_bounded

WIDTH = 960
_MAX_PIXELS = 50_000_000
_MAX_BYTES = 64 * 1024 * 1024
_OFFICE_SECONDS = 20

_PDF = "application/pdf"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SUFFIXES = {_PPTX: ".pptx", _DOCX: ".docx"}


def drawn(content: bytes, content_type: str) -> Drawn | None:
    """PNGs at most 960 pixels wide and high; None if the file has no picture to show or cannot be read.

    Word documents and presentations are drawn by LibreOffice where that is installed, else simplified by us.
    """
    if not content or len(content) > _MAX_BYTES:
        return None
    try:
        if content_type == _PDF:
            return _pdf_pages(content)
        if content_type in _SUFFIXES:
            return _office_pages(content, content_type)
        if content_type.startswith("image/") and content_type != "image/svg+xml":
            return Drawn((_png(_picture(content)),), 1)
    except Exception:
        return None
    return None


def _png(image: Image.Image) -> bytes:
    image.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _pdf_pages(content: bytes, *, simplified: bool = False) -> Drawn:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        total = len(document)
        pages = tuple(_png(_page(document[number])) for number in range(min(total, MAX_PAGES)))
        return Drawn(pages, total, simplified)
    finally:
        document.close()


def _page(page: Any) -> Image.Image:
    # Pages may be of any size, posters too: the scale is bounded, not the page.
    scale = min(WIDTH / max(page.get_width(), page.get_height(), 1.0) * 1.6, 4.0)
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


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


def _office_pages(content: bytes, content_type: str) -> Drawn | None:
    if not is_bounded(content):
        return None
    program = shutil.which("soffice")
    by_office = _by_office(program, content, _SUFFIXES[content_type]) if program else None
    return by_office or _simplified(content, content_type)


def _simplified(content: bytes, content_type: str) -> Drawn:
    from apps.documents.pdf import draw

    if content_type == _PPTX:
        from apps.documents.slide_pages import slides_html

        html, total = slides_html(content, most=MAX_PAGES)
        return replace(_pdf_pages(draw(html, trusted=False, tags=False), simplified=True), total=total)
    from apps.documents.word_pages import word_html

    # Whoever sent the file decides how much there is to set: never in this process.
    return _pdf_pages(draw(word_html(content), trusted=False, tags=False), simplified=True)


def _by_office(program: str, content: bytes, suffix: str) -> Drawn | None:
    """The pages as LibreOffice draws them; None if it takes too long or fails."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        source = Path(folder, f"file{suffix}")
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
        return _pdf_pages(pdf.read_bytes()) if pdf.is_file() else None


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
