"""Office files as attackers and careless people make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from docx import Document

from apps.documents.brand import knowledge_dir


def word_with(*paragraphs: str, title: str = "") -> bytes:
    """A Word document of these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.core_properties.title = title
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def folder_file(path: str) -> bytes:
    """A template of the knowledge folder."""
    return (knowledge_dir() / "templates" / path).read_bytes()


def repacked(
    content: bytes,
    *,
    added: Mapping[str, bytes] | None = None,
    changed: Mapping[str, Callable[[bytes], bytes]] | None = None,
) -> bytes:
    """The archive with further parts, and parts that are changed by a function."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, (changed or {}).get(name, lambda same: same)(part))
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return buffer.getvalue()
