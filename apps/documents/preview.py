"""Pictures of the first pages of a file."""

from __future__ import annotations

import json
import shutil
from base64 import b64decode, b64encode
from dataclasses import replace

from apps.artifacts.previews import MAX_PAGES, Drawn
from apps.documents import sandbox
from apps.documents.archives import is_bounded
from apps.documents.office_program import as_pdf

_MAX_BYTES = 64 * 1024 * 1024
#: Somebody waits for the picture.
_SECONDS = 15.0

_PDF = "application/pdf"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SUFFIXES = {_PPTX: ".pptx", _DOCX: ".docx"}


def drawn(content: bytes, content_type: str) -> Drawn | None:
    """PNGs at most 960 pixels wide and high; None if the file has no picture to show or cannot be read.

    Word documents and presentations are drawn by LibreOffice where that is installed, else simplified by us.
    Nothing of the file is drawn in this process: it is a stranger's.
    """
    if not content or len(content) > _MAX_BYTES:
        return None
    try:
        if content_type == _PDF:
            return _pdf_pages(content)
        if content_type in _SUFFIXES:
            return _office_pages(content, content_type)
        if content_type.startswith("image/") and content_type != "image/svg+xml":
            return _picture(content)
    except Exception:
        return None
    return None


def _pdf_pages(content: bytes, *, simplified: bool = False) -> Drawn:
    found = json.loads(sandbox.run("pages", {"file": _packed(content), "most": MAX_PAGES}, seconds=_SECONDS))
    return Drawn(tuple(map(b64decode, found["pages"])), found["total"], simplified)


def _packed(content: bytes) -> str:
    return b64encode(content).decode()


def _picture(content: bytes) -> Drawn:
    return Drawn((sandbox.run("picture", {"file": _packed(content)}, seconds=_SECONDS),), 1)


def _office_pages(content: bytes, content_type: str) -> Drawn | None:
    if not is_bounded(content):
        return None
    program = shutil.which("soffice")
    by_office = as_pdf(program, content, _SUFFIXES[content_type]) if program else None
    return _pdf_pages(by_office) if by_office else _simplified(content, content_type)


def _simplified(content: bytes, content_type: str) -> Drawn:
    from apps.documents.pdf import draw

    if content_type == _PPTX:
        from apps.documents.slide_pages import slides_html

        html, total = slides_html(content, most=MAX_PAGES)
        return replace(_pdf_pages(draw(html, trusted=False, tags=False), simplified=True), total=total)
    from apps.documents.word_pages import word_html

    # Whoever sent the file decides how much there is to set: never in this process.
    return _pdf_pages(draw(word_html(content), trusted=False, tags=False), simplified=True)
