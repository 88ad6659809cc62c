"""The words of files."""

from __future__ import annotations

import io
import zipfile

import pytest
from pptx import Presentation
from pypdf import PdfReader, PdfWriter

from apps.accounts.models import User
from apps.perception.errors import UnreadableFile
from apps.perception.text import extract_text
from tests.conftest import Cast
from tests.factories.crm import uploaded, xlsx_bytes

WORD = """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:r><w:t>Dear John,</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Growth </w:t></w:r><w:r><w:t>plan</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</w:body></w:document>"""


def pdf_bytes(text: str = "Hello from a page", password: str | None = None) -> bytes:
    """One page with one line, written by hand."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    if password is None:
        return out.getvalue()
    writer = PdfWriter(clone_from=PdfReader(out))
    writer.encrypt(password, owner_password="other", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    return locked.getvalue()


def archive(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def slides_bytes() -> bytes:
    deck = Presentation()
    for title in ("First", "Second"):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


@pytest.fixture
def owner(cast: Cast) -> User:
    return cast.owner


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("note.txt", "Grüße, 王先生".encode(), "Grüße, 王先生"),
        ("note.txt", "公司名称和联系人".encode("gb18030"), "公司名称和联系人"),
        ("note.md", b"# Title\n\ntext", "# Title\n\ntext"),
        ("leads.csv", b"Company;Phone\nABC;1\n", "Company\tPhone\nABC\t1\n"),
        ("data.csv", b"1,2\n3,4\n", "1,2\n3,4\n"),
        ("leads.xlsx", xlsx_bytes([["Company", "Phone"], ["ABC", 1]]), "Company\tPhone\nABC\t1\n"),
        ("letter.docx", archive(**{"word/document.xml": WORD}), "Dear John,\nGrowth plan\n"),
        ("deck.pptx", slides_bytes(), "Slide 1\nFirst\nSlide 2\nSecond\n"),
        ("page.pdf", pdf_bytes(), "Hello from a page\n"),
        ("page.pdf", pdf_bytes(password=""), "Hello from a page\n"),
    ],
)
def test_the_words_come_out(owner: User, name: str, content: bytes, text: str) -> None:
    assert extract_text(uploaded(owner, content, name)) == text


def test_what_is_cut_off_is_said(owner: User) -> None:
    text = extract_text(uploaded(owner, b"x" * 50_000, "note.txt"), limit_chars=1000)
    assert text.startswith("x" * 1000 + "\n")
    assert text.endswith("only its beginning was read.]")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.pdf", pdf_bytes(password="secret"), "encrypted_file"),
        ("page.pdf", pdf_bytes()[:60], "corrupt_file"),
        ("page.pdf", pdf_bytes(text=""), "no_text"),
        ("letter.docx", archive(**{"word/document.xml": "<w:broken"}), "corrupt_file"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 30, "cannot_read_yet"),
        ("archive.zip", archive(readme="x"), "unreadable_file"),
        ("blank.txt", b" \n \n", "no_text"),
    ],
)
def test_what_has_no_words_gets_a_sentence(owner: User, name: str, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        extract_text(uploaded(owner, content, name))
    assert caught.value.code == code


def test_entities_of_a_document_are_not_expanded(owner: User) -> None:
    bomb = WORD.replace("<w:document", '<!DOCTYPE d [<!ENTITY a "boom">]><w:document', 1)
    content = archive(**{"word/document.xml": bomb.replace("Dear John,", "Dear &a;John,")})
    assert "boom" not in extract_text(uploaded(owner, content, "letter.docx"))
