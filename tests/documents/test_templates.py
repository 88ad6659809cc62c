"""Versions of templates: from git, from people, published, rolled back, compared."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from docx import Document
from pptx import Presentation

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.documents import manifest, services, templates
from apps.documents.checking import blocking, check
from apps.documents.choices import VersionOrigin, VersionStatus
from apps.documents.deck import Deck, TitleSlide, render_deck
from apps.documents.differences import differences
from apps.documents.models import Template, TemplateVersion
from apps.documents.templates import in_force, page_set, source_of
from apps.documents.trying import sample_file, sample_pages
from tests.documents.conftest import TODAY
from tests.documents.offices import folder_file, word_with
from tests.factories.accounts import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return UserFactory(
        department=DepartmentFactory(slug="marketing", name="Marketing"), roles=["marketing_manager"]
    )


def template(path: str) -> Template:
    return Template.objects.get(path=path)


def draft(editor: User, path: str, content: bytes | str) -> TemplateVersion:
    given = content.encode() if isinstance(content, str) else content
    return services.draft_version(actor=editor, template=template(path), content=given, note="a try")


def messages(version: TemplateVersion) -> str:
    return " ".join(str(problem) for problem in check(source_of(version)))


def test_every_file_of_the_folder_is_a_published_version_without_faults() -> None:
    assert services.sync_templates() == 0
    for entry in manifest.manifest().templates:
        source = in_force(entry.path)
        assert source.trusted
        assert source.content == entry.file.read_bytes()
        assert blocking(check(source)) == [], entry.path


def test_a_changed_file_is_published_unless_people_published_their_own(
    editor: User, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "markdown/newsletter.md"
    original = manifest.Entry.file.fget  # type: ignore[attr-defined]
    changed = tmp_path / "newsletter.md"
    monkeypatch.setattr(
        manifest.Entry, "file", property(lambda self: changed if self.path == path else original(self))
    )
    changed.write_text(folder_file(path).decode() + "\nChanged in git.\n")
    assert services.sync_templates() == 1
    assert b"Changed in git." in in_force(path).content

    office = draft(editor, path, in_force(path).text + "\nChanged by people.\n")
    services.publish(actor=editor, version=office)
    changed.write_text(folder_file(path).decode() + "\nChanged in git again.\n")
    assert services.sync_templates() == 1
    assert b"Changed by people." in in_force(path).content
    newest = template(path).versions.order_by("-number").first()
    assert newest is not None
    assert (newest.origin, newest.status) == (VersionOrigin.FILE, VersionStatus.DRAFT)


def test_publishing_retires_the_one_before_and_rolling_back_is_publishing_again(editor: User) -> None:
    path = "markdown/newsletter.md"
    first = template(path).versions.get(number=1)
    second = draft(editor, path, first_text(path) + "\nMore.\n")
    assert in_force(path).version == first
    services.publish(actor=editor, version=second)
    assert in_force(path).version == second
    assert not in_force(path).trusted
    services.publish(actor=editor, version=first)
    assert in_force(path).version == first
    statuses = dict(template(path).versions.values_list("number", "status"))
    assert statuses == {1: VersionStatus.PUBLISHED, 2: VersionStatus.RETIRED}
    assert AuditEvent.objects.filter(action="documents.template.published").count() == 2


def first_text(path: str) -> str:
    return folder_file(path).decode()


def test_the_same_bytes_are_no_new_version(editor: User) -> None:
    same = draft(editor, "markdown/newsletter.md", first_text("markdown/newsletter.md"))
    assert same.number == 1


def test_only_drafts_are_discarded(editor: User) -> None:
    version = draft(editor, "markdown/newsletter.md", first_text("markdown/newsletter.md") + "!\n")
    services.discard_draft(actor=editor, version=version)
    with pytest.raises(Conflict):
        services.discard_draft(
            actor=editor, version=template("markdown/newsletter.md").versions.get(number=1)
        )


def test_others_may_not_touch_templates() -> None:
    rep = UserFactory(roles=["sales_rep"])
    version = template("pdf/report.html").versions.get(number=1)
    with pytest.raises(Forbidden):
        services.publish(actor=rep, version=version)
    with pytest.raises(Forbidden):
        draft(rep, "pdf/report.html", "x")
    assert not Template.objects.visible_to(rep).exists()


@pytest.mark.parametrize(
    ("path", "before", "after", "said"),
    [
        ("emails/intro.html", "{{ opening }}", "{{ openning }}", "Did you mean “opening”?"),
        ("emails/intro.html", "{{ sender_name }}", "{{ company_name }}", "{{ sender_name }} is required"),
        ("emails/intro.html", "{% endfor %}", "", "Line 22: Invalid block tag: 'endif'"),
        ("pdf/proposal.html", "{{ line.amount }}", "{{ line.amout }}", "“line.amout” has no value"),
        ("markdown/newsletter.md", "{{ item.text }}", "{{ item.text|shout }}", "Invalid filter: 'shout'"),
    ],
)
def test_a_fault_says_what_to_mend(editor: User, path: str, before: str, after: str, said: str) -> None:
    version = draft(editor, path, first_text(path).replace(before, after, 1))
    assert said in messages(version)


def test_a_fault_in_a_text_names_its_line(editor: User) -> None:
    text = "# {{ subject }}\n{% for item in items %}{{ item.title }}{% endfor %}\n"
    text += "{{ unsubscribe }}\n{{ wrong }}\n"
    (problem,) = check(source_of(draft(editor, "markdown/newsletter.md", text)))
    assert (problem.line, problem.name) == (4, "wrong")


def test_a_faulty_version_is_not_published(editor: User) -> None:
    version = draft(editor, "markdown/newsletter.md", "# {{ nothing_known }}")
    with pytest.raises(Invalid) as refusal:
        services.publish(actor=editor, version=version)
    assert "nothing_known" in str(refusal.value.errors["problems"])
    assert in_force("markdown/newsletter.md").version != version


def test_a_word_template_names_wrong_and_missing_placeholders(editor: User) -> None:
    said = messages(draft(editor, "docx/document.docx", word_with("{{ titel }}", "{{ prepared_on }}")))
    assert "“titel”" in said
    assert "Did you mean “title”?" in said
    assert "{{ sections }} is required" in said
    broken = messages(draft(editor, "docx/document.docx", word_with("{{ title }", "{% if sections %}")))
    assert broken


def test_an_uploaded_word_template_is_what_documents_are_made_with(editor: User) -> None:
    text = ("Our own: {{ title }}", "{%p for section in sections %}", "{{ section.title }}", "{%p endfor %}")
    version = draft(editor, "docx/document.docx", word_with(*text))
    services.publish(actor=editor, version=version)
    made, suffix = sample_file(version)
    words = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(made)).paragraphs)
    assert suffix == ".docx"
    assert "Our own: A second visit" in words
    assert "What we would do" in words


def test_an_uploaded_master_is_what_decks_are_made_with(editor: User) -> None:
    presentation = Presentation(io.BytesIO(folder_file("pptx/sales_deck.pptx")))
    presentation.slides.add_slide(presentation.slide_layouts[0])
    cover = next(layout for layout in presentation.slide_layouts if layout.name == "Cover")
    cover.shapes[0].name = "Our own ticket"
    buffer = io.BytesIO()
    presentation.save(buffer)
    version = draft(editor, "pptx/sales_deck.pptx", buffer.getvalue())
    services.publish(actor=editor, version=version)
    deck = Deck("T", (TitleSlide(title="Only this"),), TODAY)
    made = Presentation(io.BytesIO(render_deck(deck, master=in_force("pptx/sales_deck.pptx").content)))
    assert [slide.shapes.title.text for slide in made.slides] == ["Only this"]  # type: ignore[union-attr]
    assert made.slides[0].slide_layout.shapes[0].name == "Our own ticket"


def test_a_master_without_its_layouts_is_refused(editor: User) -> None:
    presentation = Presentation(io.BytesIO(folder_file("pptx/overview.pptx")))
    presentation.slide_width = presentation.slide_height
    closing = next(layout for layout in presentation.slide_layouts if layout.name == "Closing")
    closing.name = "The end"
    buffer = io.BytesIO()
    presentation.save(buffer)
    said = messages(draft(editor, "pptx/overview.pptx", buffer.getvalue()))
    assert "“Closing” is missing" in said
    assert "16:9" in said


def test_a_page_that_people_wrote_is_used_and_is_not_trusted(editor: User) -> None:
    text = first_text("pdf/report.html").replace("<h1>", "<h1>Ours: ")
    services.publish(actor=editor, version=draft(editor, "pdf/report.html", text))
    pages = page_set()
    assert "<h1>Ours: " in pages.files["report.html"]
    assert not pages.trusted


@pytest.mark.parametrize("path", ["emails/intro.html", "pdf/proposal.html", "docx/proposal.docx"])
def test_the_preview_shows_pages_as_pictures(path: str) -> None:
    drawn = sample_pages(template(path).versions.select_related("template").get(number=1))
    assert drawn is not None
    assert drawn.pages[0].startswith(b"\x89PNG")


def test_two_versions_are_compared_line_by_line(editor: User) -> None:
    version = draft(editor, "docx/document.docx", word_with("{{ title }}", "A new line", "{{ sections }}"))
    first = template("docx/document.docx").versions.select_related("template").get(number=1)
    lines = differences(first, version)
    assert "A new line" in [line.text for line in lines if line.sign == "+"]
    assert differences(first, first) == []


def test_an_unknown_path_is_not_found() -> None:
    with pytest.raises(NotFound):
        templates.in_force("pdf/../../secret.html")


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_who_publish_at_once_one_is_told(editor: User) -> None:
    services.sync_templates()
    path = "markdown/newsletter.md"
    drafts = [draft(editor, path, first_text(path) + f"\n{number}\n") for number in (2, 3)]
    start, refused = Barrier(2), []

    def go(version: TemplateVersion) -> None:
        start.wait(10)
        try:
            services.publish(actor=editor, version=version, instead_of=1)
        except Conflict as conflict:
            refused.append(conflict.code)
        finally:
            connection.close()

    threads = [Thread(target=go, args=(version,)) for version in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["published_meanwhile"]
    assert template(path).versions.filter(status=VersionStatus.PUBLISHED).count() == 1
