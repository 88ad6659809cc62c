"""Pictures of first pages."""

from __future__ import annotations

import io
import re
import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from apps.artifacts.previews import Drawn
from apps.documents import sandbox, word_pages
from apps.documents.deck import Deck, TitleSlide, render_deck
from apps.documents.page_pictures import WIDTH
from apps.documents.pdf import render_report
from apps.documents.preview import drawn
from apps.documents.report import Report
from tests.documents.offices import folder_file, word_with

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DECK = Deck("T", (TitleSlide(title="A second visit for 金龙酒家"),), date(2026, 1, 1))
INK = (0x1F, 0x1B, 0x3A)


def image_of(found: Drawn | None) -> Image.Image:
    assert found is not None
    return Image.open(io.BytesIO(found.pages[0])).convert("RGB")


def test_a_pdf_shows_its_first_page() -> None:
    pdf = render_report(Report("T", "S", "P", (), date(2026, 1, 1)))
    image = image_of(drawn(pdf, "application/pdf"))
    assert image.height == WIDTH
    assert image.getpixel((5, 5)) == INK


def test_a_deck_shows_its_cover_without_an_office_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    image = image_of(drawn(render_deck(DECK), PPTX))
    assert image.size == (960, 540)
    assert image.getpixel((5, 5)) == INK


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "sleep 60 & echo $! > {pid}; wait"])
def test_a_deck_is_outlined_when_the_office_program_fails_or_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    pid = tmp_path / "pid"
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\n{script.format(pid=pid)}\n")
    program.chmod(0o700)
    monkeypatch.setattr("shutil.which", lambda _name: str(program))
    monkeypatch.setattr("apps.documents.office_program._SECONDS", 0.5)
    assert image_of(drawn(render_deck(DECK), PPTX)).size == (960, 540)
    assert not pid.exists() or not _is_running(pid.read_text().strip())


def _is_running(pid: str) -> bool:
    """Whether it still runs; a killed process that nobody has waited for is a zombie (Z)."""
    stat = Path("/proc", pid, "stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_picture_is_made_small_and_upright() -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (2000, 1000), "red").save(buffer, "JPEG", exif=exif)
    assert image_of(drawn(buffer.getvalue(), "image/jpeg")).size == (480, 960)


def test_a_bomb_is_not_opened() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )
    assert drawn(bomb, "image/png") is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/pdf"),
        (b"%PDF-1.7 broken", "application/pdf"),
        (b"PK broken", PPTX),
        (b"not a picture", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"a,b", "text/csv"),
    ],
)
def test_what_cannot_be_shown_has_no_preview(content: bytes, kind: str) -> None:
    assert drawn(content, kind) is None


@pytest.mark.parametrize(
    ("content", "kind"), [(word_with("金龙酒家", "Text"), DOCX), (render_deck(DECK), PPTX)]
)
def test_files_of_strangers_are_set_in_the_closed_process(
    monkeypatch: pytest.MonkeyPatch, content: bytes, kind: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    tasks: list[str] = []
    original = sandbox.run

    def spy(task: sandbox.Task, job: dict[str, Any], **more: Any) -> bytes:
        tasks.append(task)
        return original(task, job, **more)

    monkeypatch.setattr(sandbox, "run", spy)
    assert drawn(content, kind) is not None
    assert "pdf" in tasks


def test_of_a_word_file_without_end_only_the_beginning_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_pages, "_MOST_HTML", 2_000)
    html = word_pages.word_html(word_with(*(f"Paragraph {number}" for number in range(200))))
    assert "Paragraph 5<" in html
    assert "Paragraph 150" not in html


def test_the_head_of_a_word_table_stands_on_each_page() -> None:
    template = folder_file("docx/proposal.docx")
    heads = re.findall("<thead>.*?</thead>", word_pages.word_html(template))
    assert any("Amount" in head and "text-align: right" in head for head in heads)
