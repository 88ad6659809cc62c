"""What a file is by its first bytes, before a reader is chosen. The name is not believed."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Literal

from apps.perception.errors import UnreadableFile, corrupt_file, empty_file, encrypted_file, wrong_kind

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Names of streams inside an OLE container, as they are stored.
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LEGACY_SHEETS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM6")
#: Bytes of an Office file, unpacked. Documents and presentations hold pictures; a workbook of 50,000 rows
#: with 50 columns has about 130 MB.
MAX_UNPACKED = 600 * 1024 * 1024
MAX_WORKBOOK = 256 * 1024 * 1024

TableKind = Literal["text", "workbook"]


def table_kind(stream: BinaryIO) -> TableKind:
    """Which reader fits. Raises `UnreadableFile` with the reason when none does."""
    stream.seek(0)
    head = stream.read(4096)
    if not head.strip(b"\0 \t\r\n"):
        raise empty_file()
    if head.startswith(b"PK"):
        _check_workbook(stream)
        return "workbook"
    if head.startswith(OLE_MAGIC):
        raise _ole_refusal(stream)
    if foreign := _foreign(head):
        raise wrong_kind(foreign)
    return "text"


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Bytes after unpacking, as the directory of the archive promises."""
    return sum(entry.file_size for entry in archive.infolist())


def open_archive(stream: BinaryIO, what: str, *, max_bytes: int = MAX_UNPACKED) -> zipfile.ZipFile:
    """The zip container of an Office file. Raises `UnreadableFile` for a damaged, locked or exploding one."""
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise corrupt_file(what) from error
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise encrypted_file()
    if unpacked_size(archive) > max_bytes:
        raise UnreadableFile("The file is too large once it is unpacked.", code="too_large")
    return archive


def _check_workbook(stream: BinaryIO) -> None:
    names = open_archive(stream, "workbook", max_bytes=MAX_WORKBOOK).namelist()
    if any(name.startswith("xl/") for name in names):
        return
    if any(name.startswith("word/") for name in names):
        raise wrong_kind("a Word document")
    if any(name.startswith("ppt/") for name in names):
        raise wrong_kind("a presentation")
    raise wrong_kind("a zip archive")


def _ole_refusal(stream: BinaryIO) -> UnreadableFile:
    stream.seek(0)
    content = stream.read(8 * 1024 * 1024)
    if ENCRYPTED_PACKAGE in content:
        return encrypted_file()
    if any(name in content for name in LEGACY_SHEETS):
        return UnreadableFile(
            "This is a workbook in the old Excel format (.xls). Please save it as .xlsx and send it again.",
            code="legacy_format",
        )
    return wrong_kind("a file of an old Office format")


def _foreign(head: bytes) -> str:
    """What else it is, as a noun; empty when it may be text."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith(b"%pdf-"):
        return "a PDF"
    if head.startswith(PICTURES):
        return "a picture"
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        return "a web page"
    if start.startswith(b"{\\rtf"):
        return "a rich-text document"
    has_mark = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    controls = sum(byte < 32 and byte not in b"\0\t\n\r\f" for byte in head)
    # A few stray ones occur in exported texts.
    return "" if has_mark or controls <= 4 + len(head) // 50 else "a binary file"
