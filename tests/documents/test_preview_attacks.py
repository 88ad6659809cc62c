"""Files of strangers that are out for more than being looked at."""

from __future__ import annotations

import io
import re
import shutil
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from apps.documents import preview, sandbox
from apps.documents.preview import drawn

PDF = "application/pdf"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def pdf_of(content: bytes, *, forms: int = 0) -> bytes:
    """A page of 200 by 200 points. Each of `forms` draws the next one twenty times."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    for number in range(forms):
        calls = b"/F Do " * 20 if number + 1 < forms else b"0 0 100 100 re f"
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</XObject<</F %d 0 R>>>>" % (
            number + 6
        )
        objects.append(b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(calls), calls))
    body = b"".join(b"%d 0 obj %s endobj\n" % (place, text) for place, text in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>"


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 60), (255, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def slides_that_link_to(address: str) -> bytes:
    """A presentation whose picture is not in it."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_picture(io.BytesIO(png()), Inches(1), Inches(1), Inches(5), Inches(5))
    whole, changed = io.BytesIO(), io.BytesIO()
    deck.save(whole)
    linked = f'Target="{address}" TargetMode="External"'.encode()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "ppt/slides/slide1.xml":
                part = part.replace(b"r:embed=", b"r:link=")
            if name == "ppt/slides/_rels/slide1.xml.rels":
                part = re.sub(rb'Target="[^"]*image1\.png"', linked, part)
            target.writestr(name, part)
    return changed.getvalue()


@pytest.fixture
def beacon() -> Iterator[tuple[str, list[str]]]:
    """A picture on this machine's own network, and who asked for it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(png())

        def do_OPTIONS(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/picture.png", asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("content", "kind", "task"), [(pdf_of(b"0 0 50 50 re f"), PDF, "pages"), (png(), "image/png", "picture")]
)
def test_pages_and_pictures_are_drawn_in_the_closed_process(
    monkeypatch: pytest.MonkeyPatch, content: bytes, kind: str, task: str
) -> None:
    tasks: list[str] = []
    original = sandbox.run

    def spy(name: sandbox.Task, job: dict[str, Any], **more: Any) -> bytes:
        tasks.append(name)
        return original(name, job, **more)

    monkeypatch.setattr(sandbox, "run", spy)
    assert drawn(content, kind) is not None
    assert tasks == [task]


def test_a_page_that_takes_for_ever_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "_SECONDS", 1.0)
    assert drawn(pdf_of(b"/F Do", forms=2), PDF) is not None
    assert drawn(pdf_of(b"/F Do", forms=12), PDF) is None


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_slides_do_not_make_the_server_fetch_pictures_from_its_own_network(
    beacon: tuple[str, list[str]],
) -> None:
    address, asked = beacon
    assert drawn(slides_that_link_to(address), PPTX) is not None
    assert asked == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_slides_do_not_show_files_of_the_server(tmp_path: Path) -> None:
    private = tmp_path / "private.png"
    private.write_bytes(png())
    shown = drawn(slides_that_link_to(private.as_uri()), PPTX)
    assert shown is not None
    page = Image.open(io.BytesIO(shown.pages[0])).convert("RGB")
    assert page.getpixel((page.width // 3, page.height // 2)) != (255, 0, 0)


def test_the_office_program_gets_closed_settings_and_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\n(env; ulimit -a; cat "${{1#-env:UserInstallation=file://}}/user/registrymodifications.xcu")'
        f" > {seen}\nexit 1\n"
    )
    program.chmod(0o700)
    monkeypatch.setenv("SECRET_KEY", "never-handed-on")
    monkeypatch.setenv("DATABASE_URL", "postgres://never-handed-on")
    monkeypatch.setattr("shutil.which", lambda _name: str(program))
    drawn(slides_that_link_to("https://a.example/b.png"), PPTX)
    told = seen.read_text()
    assert "never-handed-on" not in told
    for setting in ("BlockUntrustedRefererLinks", "DisableMacrosExecution"):
        assert re.search(rf'"{setting}"[^/]*<value>true</value>', told)
