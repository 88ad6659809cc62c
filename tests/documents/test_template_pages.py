"""Editing templates in the back office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.documents.choices import VersionStatus
from apps.documents.models import Template
from tests.documents.offices import folder_file, word_with
from tests.factories.accounts import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
NEWSLETTER = "markdown/newsletter.md"


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
    assert template(NEWSLETTER).versions.count() == 1


@pytest.mark.parametrize("name", ["change", "version", "preview", "download"])
def test_others_see_nothing(browser_client: Callable[[User], Client], name: str) -> None:
    client = browser_client(UserFactory(roles=["sales_rep"]))
    rest = () if name == "change" else (1,)
    answer = client.get(address(name, NEWSLETTER, *rest))
    assert answer.status_code in (302, 403, 404)
    assert b"{{ subject }}" not in answer.content
