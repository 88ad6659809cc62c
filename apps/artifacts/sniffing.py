"""What a file really is: its content is looked at, its name and the sender's word are not believed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import puremagic

from apps.artifacts.choices import Kind

OFFICE = {
    "xl/": (Kind.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/": (Kind.PPTX, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "word/": (Kind.DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
TEXT = {
    ".csv": (Kind.CSV, "text/csv"),
    ".tsv": (Kind.CSV, "text/tab-separated-values"),
    ".md": (Kind.MARKDOWN, "text/markdown"),
    ".eml": (Kind.EMAIL, "message/rfc822"),
}
FAMILIES = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


@dataclass(frozen=True)
class Sniffed:
    """Kind and MIME type by content."""

    kind: Kind
    content_type: str


def sniff(content: BinaryIO, name: str) -> Sniffed:
    """Look at the first bytes (and into a zip's directory). The name only tells apart kinds of text."""
    content.seek(0)
    head = content.read(8192)
    content.seek(0)
    if head.startswith(b"%PDF-"):
        return Sniffed(Kind.PDF, "application/pdf")
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(content)
    if head.startswith(OLE_MAGIC):
        return Sniffed(Kind.OTHER, "application/x-ole-storage")
    if _is_text(head):
        suffix = PurePath(name).suffix.lower()
        kind, content_type = TEXT.get(suffix, (Kind.TEXT, "text/plain"))
        return Sniffed(kind, content_type)
    return _sniff_magic(head)


def _sniff_zip(content: BinaryIO) -> Sniffed:
    try:
        names = zipfile.ZipFile(content).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        names = []
    finally:
        content.seek(0)
    if "[Content_Types].xml" in names:
        for folder, (kind, content_type) in OFFICE.items():
            if any(entry.startswith(folder) for entry in names):
                return Sniffed(kind, content_type)
    return Sniffed(Kind.OTHER, "application/zip")


def _sniff_magic(head: bytes) -> Sniffed:
    try:
        content_type = puremagic.from_string(head, mime=True) if head else ""
    except (puremagic.PureError, ValueError):
        content_type = ""
    family = content_type.partition("/")[0]
    if content_type in {"image/svg+xml", "text/html", "application/xhtml+xml"}:
        return Sniffed(Kind.TEXT, "text/plain")
    if family in FAMILIES:
        return Sniffed(FAMILIES[family], content_type)
    return Sniffed(Kind.OTHER, "application/octet-stream")


def _is_text(head: bytes) -> bool:
    """No control characters but white space; UTF-16 shows itself by its mark."""
    if not head:
        return True
    if head.startswith(BOMS):
        return True
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
