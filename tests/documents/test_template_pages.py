"""Editing templates in the back office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.documents import engine
from apps.documents.admin.wording import form_of
from apps.documents.choices import VersionStatus
from apps.documents.manifest import samples
from apps.documents.models import Template
from apps.documents.templates import source_of, starting_point
from tests.documents.offices import folder_file, word_with
from tests.factories.accounts import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
NEWSLETTER = "markdown/newsletter.md"
LETTER = "emails/intro.html"


@pytest.fixture
def editor(browser_client: Callable[[User], Client]) -> Client:
    department = DepartmentFactory(slug="marketing", name="Marketing")
    return browser_client(UserFactory(department=department, roles=["marketing_manager"]))


def template(path: str) -> Template:
    return Template.objects.get(path=path)


def address(name: str, path: str, *rest: int) -> str:
    return reverse(f"admin:documents_template_{name}", args=[template(path).pk, *rest])


def test_the_list_and_the_page_of_a_template(editor: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        listed = editor.get(reverse("admin:documents_template_changelist")).content.decode()
    assert "Newsletter (Markdown)" in listed
    with django_assert_max_num_queries(15):
        page = editor.get(address("change", NEWSLETTER)).content.decode()
    assert "{{ unsubscribe }}" in page
    assert "# {{ subject }}" in page
    assert "New files are made with version 1." in page


def test_a_text_is_written_previewed_published_and_taken_back(editor: Client) -> None:
    text = folder_file(NEWSLETTER).decode().replace("\n", "\r\n") + "\r\nOur new address."
    answer = editor.post(address("draft", NEWSLETTER), {"text": text, "note": "address"})
    assert answer["Location"] == address("version", NEWSLETTER, 2)
    page = editor.get(answer["Location"]).content.decode()
    assert "<ins>Our new address.</ins>" in page
    assert "Compared with version 1" in page

    preview = editor.get(address("preview", NEWSLETTER, 2)).json()
    assert preview["problems"] == []
    assert preview["pages"][0].startswith("data:image/png;base64,")

    editor.post(address("publish", NEWSLETTER, 2))
    assert template(NEWSLETTER).versions.get(status=VersionStatus.PUBLISHED).number == 2
    assert "Go back to this version" in editor.get(address("version", NEWSLETTER, 1)).content.decode()
    editor.post(address("publish", NEWSLETTER, 1))
    assert template(NEWSLETTER).versions.get(status=VersionStatus.PUBLISHED).number == 1


def the_form(path: str, **changes: Any) -> dict[str, Any]:
    """The form of the texts as the page has it, with changes."""
    version = starting_point(template(path))
    assert version is not None
    blocks = form_of(version)
    names = [block.name for block in blocks if block.name]
    words = {f"words.{field.name}": field.words for block in blocks for field in block.fields}
    return {"base": version.number, "order": names, "shown": names, **words, **changes}


def test_texts_are_changed_in_a_form_without_seeing_any_html(editor: Client) -> None:
    page = editor.get(address("change", LETTER)).content.decode()
    assert 'name="words.Greeting"' in page
    assert "First name of the reader" in page
    sent = the_form(LETTER, note="warmer", **{"words.Greeting": "Dear {{ recipient_name }}, how are you?"})
    answer = editor.post(address("wording", LETTER), {**sent, "shown": ["Introduction", "Request"]})
    assert answer["Location"] == address("version", LETTER, 2)
    draft = template(LETTER).versions.get(number=2)
    made = engine.filled(engine.parsed(source_of(draft).text), samples(template(LETTER).variables))
    assert "Dear Wei Ling, how are you?" in made
    assert "You see who came back." not in made
    compared = editor.get(answer["Location"]).content.decode()
    assert "<ins>Dear {{ recipient_name }}, how are you?</ins>" in compared
    # The next editor goes on from the draft, and is told so.
    assert "You go on with version 2" in editor.get(address("change", LETTER)).content.decode()
    assert the_form(LETTER)["words.Greeting"] == "Dear {{ recipient_name }}, how are you?"


def test_the_preview_follows_the_form_and_keeps_nothing(editor: Client) -> None:
    tried = editor.post(address("try", NEWSLETTER), the_form(NEWSLETTER)).json()
    assert tried["problems"] == []
    assert tried["pages"][0].startswith("data:image/png;base64,")
    wrong = the_form(NEWSLETTER, **{"words.Footer": "{{ websiet }} {{ unsubscribe }}"})
    (problem,) = editor.post(address("try", NEWSLETTER), wrong).json()["problems"]
    assert problem["text"] == "There is no placeholder “websiet”. Did you mean “website”?"
    code = the_form(NEWSLETTER, **{"words.Footer": "{% debug %}"})
    assert (
        "Footer: Write placeholders"
        in editor.post(address("try", NEWSLETTER), code).json()["problems"][0]["text"]
    )
    assert template(NEWSLETTER).versions.count() == 1


def test_who_publishes_second_is_told_that_another_version_is_in_force(editor: Client) -> None:
    for text in ("One.", "Two."):
        editor.post(address("draft", NEWSLETTER), {"text": folder_file(NEWSLETTER).decode() + text})
    editor.post(address("publish", NEWSLETTER, 2), {"instead_of": "1"})
    second = editor.post(address("publish", NEWSLETTER, 3), {"instead_of": "1"}, follow=True).content.decode()
    assert "published version 2 meanwhile" in second
    assert template(NEWSLETTER).versions.get(status=VersionStatus.PUBLISHED).number == 2
    editor.post(address("publish", NEWSLETTER, 3), {"instead_of": "2"})
    assert template(NEWSLETTER).versions.get(status=VersionStatus.PUBLISHED).number == 3


def test_after_going_back_editing_begins_with_what_is_in_force(editor: Client) -> None:
    editor.post(address("draft", NEWSLETTER), {"text": folder_file(NEWSLETTER).decode() + "Bad."})
    editor.post(address("publish", NEWSLETTER, 2))
    editor.post(address("publish", NEWSLETTER, 1))
    assert the_form(NEWSLETTER)["base"] == 1
    assert "Bad." in editor.get(address("change", NEWSLETTER) + "?from=2").content.decode()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("docx/proposal.docx", "{%p for line in lines %}"),
        ("pptx/sales_deck.pptx", "Slides with a chart, a table, cards or steps"),
    ],
)
def test_files_come_with_what_to_write_in_them(editor: Client, path: str, said: str) -> None:
    assert said in editor.get(address("change", path)).content.decode()


def test_faults_are_shown_in_place_of_a_picture(editor: Client) -> None:
    editor.post(address("draft", NEWSLETTER), {"text": "# {{ subject }}\n{{ itmes }}"})
    preview = editor.get(address("preview", NEWSLETTER, 2)).json()
    assert preview["pages"] == []
    assert preview["problems"][0]["blocks"]
    assert "Line 2: There is no placeholder “itmes”" in " ".join(item["text"] for item in preview["problems"])
    refused = editor.post(address("publish", NEWSLETTER, 2), follow=True).content.decode()
    assert "cannot be published" in refused


def test_a_word_file_is_downloaded_and_uploaded(editor: Client) -> None:
    path = "docx/document.docx"
    download = editor.get(address("download", path, 1))
    assert download.content == folder_file(path)
    assert "attachment" in download["Content-Disposition"]
    upload = SimpleUploadedFile("changed.docx", word_with("{{ title }}", "{{ sections }}"))
    answer = editor.post(address("draft", path), {"file": upload})
    assert answer["Location"] == address("version", path, 2)
    assert editor.get(address("preview", path, 2)).json()["problems"] == []


def test_an_empty_form_is_told_so(editor: Client) -> None:
    answer = editor.post(address("draft", NEWSLETTER), {"text": " "}, follow=True)
    assert "The template is empty." in answer.content.decode()


def test_a_draft_is_discarded(editor: Client) -> None:
    editor.post(address("draft", NEWSLETTER), {"text": folder_file(NEWSLETTER).decode() + "x"})
    editor.post(address("discard", NEWSLETTER, 2))
    assert template(NEWSLETTER).versions.count() == 1


def test_those_who_only_look_have_no_forms(browser_client: Callable[[User], Client]) -> None:
    client = browser_client(UserFactory(roles=["executive"]))
    page = client.get(address("change", NEWSLETTER)).content.decode()
    assert "Save as a draft" not in page
    assert "data-publish" not in client.get(address("version", NEWSLETTER, 1)).content.decode()
    client.post(address("draft", NEWSLETTER), {"text": "x"})
    client.post(address("wording", NEWSLETTER), the_form(NEWSLETTER, **{"words.Footer": "x"}))
    assert client.post(address("try", NEWSLETTER), the_form(NEWSLETTER)).status_code == 403
    assert template(NEWSLETTER).versions.count() == 1


@pytest.mark.parametrize("name", ["change", "version", "preview", "download"])
def test_others_see_nothing(browser_client: Callable[[User], Client], name: str) -> None:
    client = browser_client(UserFactory(roles=["sales_rep"]))
    rest = () if name == "change" else (1,)
    answer = client.get(address(name, NEWSLETTER, *rest))
    assert answer.status_code in (302, 403, 404)
    assert b"{{ subject }}" not in answer.content
