"""What a file really is: names and senders are not believed."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from PIL import Image
from pptx import Presentation

from apps.artifacts.sniffing import sniff


def zipped(**entries: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def image(kind: str) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, kind)
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def deck() -> bytes:
    buffer = BytesIO()
    Presentation().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"company,phone\nABC,1\n", "csv"),
        ("a.csv", "公司,电话\n".encode("gb18030"), "csv"),
        ("a.csv", "company\n".encode("utf-16"), "csv"),
        ("a.md", b"# Title", "md"),
        ("a.txt", b"", "txt"),
        ("a.py", b"print(1)", "txt"),
        ("mail.eml", b"From: a@b.test\n\nHi", "eml"),
        ("photo.png", image("PNG"), "image"),
        ("photo.bin", image("JPEG"), "image"),
        ("lies.pdf", image("PNG"), "image"),
        ("lies.png", b"%PDF-1.7\n...", "pdf"),
        ("lies.csv", b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 64, "other"),
        ("page.html", b"<html><script>alert(1)</script></html>", "txt"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "txt"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64, "other"),
        ("archive.zip", zipped(**{"a.txt": "hello"}), "other"),
        ("leads.xlsx", zipped(**{"[Content_Types].xml": "", "a.txt": ""}), "other"),
        ("broken.xlsx", b"PK\x03\x04 but no more", "other"),
        ("leads.txt", workbook(), "xlsx"),
        ("deck.zip", deck(), "pptx"),
    ],
)
def test_the_content_decides(name: str, content: bytes, kind: str) -> None:
    assert sniff(BytesIO(content), name).kind == kind


def test_the_stream_is_left_at_its_start() -> None:
    for content in (b"text", workbook(), image("PNG")):
        stream = BytesIO(content)
        sniff(stream, "x")
        assert stream.tell() == 0
