"""What somebody with the right to edit templates must not be able to do with one."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.documents import engine, sandbox, services
from apps.documents.checking import blocking, check
from apps.documents.models import Template, TemplateVersion
from apps.documents.pdf import draw
from apps.documents.templates import source_of
from apps.documents.word import packed
from tests.documents.offices import folder_file, repacked, word_with
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return UserFactory(roles=["admin"])


def faults(admin: User, path: str, content: bytes | str) -> str:
    given = content.encode() if isinstance(content, str) else content
    version: TemplateVersion = services.draft_version(
        actor=admin, template=Template.objects.get(path=path), content=given
    )
    return " ".join(map(str, blocking(check(source_of(version)))))


INTRO = folder_file("emails/intro.html").decode()


@pytest.mark.parametrize(
    "code",
    [
        "{{ brand.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../settings.py' %}",
        "{% extends '/etc/passwd' %}",
        "{% ssi '/etc/passwd' %}",
        "{% debug %}",
        "{% load static %}",
        "{% load log %}",
        "{% lorem 100000000 w random %}",
        "{{ subject|safe }}",
        "{{ subject|ljust:'1000000000' }}",
        "{% autoescape off %}{{ subject }}{% endautoescape %}",
        "{% csrf_token %}",
        "{% url 'admin:index' %}",
        "<script>alert(1)</script>",
        "<img src=x onerror='alert(1)'>",
        "<img src='http://203.0.113.7/x.png'>",
        "<img src='//203.0.113.7/x.png'>",
        "<link rel='attachment' href='file:///etc/passwd'>",
        "<style>@import url(file:///etc/passwd);</style>",
        "<div style='background: url( \"https://203.0.113.7/x\" )'></div>",
        "<iframe src='data:text/html,x'></iframe>",
        "{{ settings.SECRET_KEY }}",
        "{{ request.user }}",
    ],
)
def test_pages_do_not_reach_out(admin: User, code: str) -> None:
    assert faults(admin, "emails/intro.html", INTRO.replace("</body>", f"{code}</body>"))


def test_links_that_a_reader_follows_are_fine(admin: User) -> None:
    link = '<a href="https://mezzofy.com">us</a> <a href="mailto:a@mezzofy.example">mail</a>'
    assert faults(admin, "emails/intro.html", INTRO.replace("</body>", f"{link}</body>")) == ""


@pytest.mark.parametrize(("limit", "value"), [("MAX_OUTPUT", 1_000_000), ("SECONDS", 0.2)])
def test_loops_that_go_round_for_ever_are_stopped(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    monkeypatch.setattr(engine, limit, value)
    loop = "{% for a in x %}" * 6 + "." + "{% endfor %}" * 6
    with pytest.raises(engine.Faulty, match="too often"):
        engine.filled(engine.parsed(loop), {"x": range(100)})


def test_a_document_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_TEXT", 1_000)
    page = engine.parsed("{% for a in x %}" + "word " * 20 + "{% endfor %}")
    assert engine.filled(page, {"x": range(5)})
    with pytest.raises(engine.Faulty, match="too long"):
        engine.filled(page, {"x": range(50)})


def test_a_template_that_includes_itself_is_stopped() -> None:
    with pytest.raises(engine.Faulty):
        engine.filled(engine.parsed("{% include 'a.html' %}", {"a.html": "{% include 'a.html' %}"}), {})


def test_the_closed_process_draws_without_files_network_or_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    html = (
        f"<link rel=attachment href='{secret.as_uri()}'><img src='{secret.as_uri()}'>"
        "<img src='http://127.0.0.1:9/x.png'><p>Only this</p>"
    )
    pdf = draw(html, trusted=False)
    assert pdf.startswith(b"%PDF")
    assert b"secret.txt" not in pdf
    assert b"EmbeddedFile" not in pdf


def test_a_page_that_takes_for_ever_is_ended() -> None:
    html = "<style>@page { size: 10mm 10mm; margin: 0 }</style>" + "<p>word " * 200_000
    began = time.monotonic()
    with pytest.raises(sandbox.Refused):
        sandbox.run("pdf", {"html": html, "base": "/", "roots": []}, seconds=2)
    assert time.monotonic() - began < 20


WORD_ATTACKS = [
    "{{ ''.__class__ }}",
    "{{ title.__class__.__mro__[1].__subclasses__() }}",
    "{{ title['__class__'] }}",
    "{{ title|attr('__class__') }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self._TemplateReference__context }}",
    "{{ title.format(title) }}",
    "{{ 'x' * 10000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'x' %}",
    "{% for a in range(1000000000) %}{% endfor %}",
    "{% for a in 'xxxxxxxxxxxxxxxx' %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}",
    "{% set x = 1 %}",
    "{{ lipsum() }}",
    "{{ title|center(1000000000) }}",
    "{% for a in sections recursive %}{{ loop(a) }}{% endfor %}",
    "{% filter upper %}x{% endfilter %}",
]


@pytest.mark.parametrize("code", WORD_ATTACKS)
def test_word_placeholders_are_only_placeholders(code: str) -> None:
    content = word_with("{{ title }}", code)
    with pytest.raises(sandbox.Refused) as refusal:
        sandbox.run("docx", {"template": packed(content), "context": {"title": "T", "sections": []}})
    assert "uid=" not in refusal.value.message


def test_what_is_filled_in_is_text_and_never_markup() -> None:
    job = {"template": packed(word_with("{{ title }}")), "context": {"title": "<w:p/> & {{ 7 }}"}}
    made = sandbox.run("docx", job)
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")
    assert b"&lt;w:p/&gt; &amp; {{ 7 }}" in xml


def test_the_title_of_the_file_is_looked_over_too() -> None:
    with pytest.raises(sandbox.Refused):
        sandbox.run("names", {"template": packed(word_with("x", title="{{ ''.__class__ }}"))})


def test_the_closed_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    seen: dict[str, dict[str, str]] = {}
    original = sandbox.subprocess.Popen

    def spy(*args: object, **options: object) -> object:
        seen["env"] = options["env"]  # type: ignore[assignment]
        return original(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", spy)
    names = json.loads(sandbox.run("names", {"template": packed(word_with("{{ title }}"))}))
    assert names == ["title"]
    assert not {"DATABASE_URL", "SECRET_KEY", "REDIS_URL"} & set(seen["env"])


EXTERNAL = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="%s" TargetMode="External"/></Relationships>'
)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("word/vbaProject.bin", b"x"),
        ("word/embeddings/oleObject1.bin", b"x"),
        ("word/activeX/activeX1.xml", b"<x/>"),
        ("word/_rels/x.xml.rels", EXTERNAL % (b"attachedTemplate", b"http://203.0.113.7/t.dotm")),
        ("word/_rels/x.xml.rels", EXTERNAL % (b"image", b"http://203.0.113.7/x.png")),
        ("word/_rels/x.xml.rels", EXTERNAL % (b"hyperlink", b"file:///etc/passwd")),
        ("word/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("word/bomb.xml", b" " * 7_000_000),
        ("word/media/bomb.png", b"\0" * 110_000_000),
    ],
)
def test_office_files_that_call_out_run_or_explode_are_refused(admin: User, name: str, part: bytes) -> None:
    content = repacked(folder_file("docx/document.docx"), added={name: part})
    assert len(content) < 1_000_000
    assert faults(admin, "docx/document.docx", content)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 nothing", b"%PDF-1.7", b"hello", folder_file("pptx/overview.pptx")]
)
def test_what_is_no_word_document_is_refused(admin: User, content: bytes) -> None:
    assert faults(admin, "docx/document.docx", content)


def test_a_master_is_looked_over_as_well(admin: User) -> None:
    content = repacked(folder_file("pptx/overview.pptx"), added={"ppt/media/x.png": b"\0" * 110_000_000})
    assert "too large" in faults(admin, "pptx/overview.pptx", content)
