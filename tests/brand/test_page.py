"""The page of rules and its try box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.brand.admin import marked
from apps.brand.services import lint_text
from tests.conftest import Cast
from tests.documents.offices import word_with

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def test_the_rules_in_force_are_shown(
    cast: Cast, browser_client: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser_client(cast.admin)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("admin:brand_rules")).content.decode()
    for words in (
        "revolutionary", "零风险", "#F2553D", "Edit the rules", "One emoji a post at most.", "A letter",
        "2,490.00",
        "10 % Second and further brands",
    ):  # fmt: skip
        assert words in page


def test_a_text_is_tried_and_its_findings_are_marked(cast: Cast, browser_client: Browser) -> None:
    given = {"text": "A <b>seamless</b> plan, guaranteed.", "kind": "post"}
    page = browser_client(cast.admin).post(reverse("admin:brand_rules"), given).content.decode()
    assert '<mark data-severity="block"' in page
    assert "&lt;b&gt;<mark" in page
    assert "stopped" in page


def test_a_file_is_tried_and_not_kept(
    cast: Cast, browser_client: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    upload = SimpleUploadedFile("offer.docx", word_with("The Growth plan costs SGD 2 a month."))
    with django_capture_on_commit_callbacks(execute=True):
        page = browser_client(cast.admin).post(reverse("admin:brand_rules"), {"file": upload, "kind": "mail"})
    assert "SGD 2" in page.content.decode()
    assert not Artifact.objects.exists()


def test_a_good_text_is_told_so(cast: Cast, browser_client: Browser) -> None:
    answer = browser_client(cast.admin).post(reverse("admin:brand_rules"), {"text": "A quiet Tuesday?"})
    assert "nothing to mend" in answer.content.decode()


def test_an_objection_to_several_places_is_listed_once_and_marked_everywhere(
    cast: Cast, browser_client: Browser
) -> None:
    given = {"text": "Come!!! Now! Today!", "kind": "mail"}
    page = browser_client(cast.admin).post(reverse("admin:brand_rules"), given).content.decode()
    assert page.count("<mark ") == 3
    assert "3 times" in page
    assert "may be sent" in page


def test_others_do_not_get_there(cast: Cast, browser_client: Browser) -> None:
    assert browser_client(cast.owner).get(reverse("admin:brand_rules")).status_code == 403


def test_marks_do_not_overlap_and_escape_what_they_hold() -> None:
    text = "<guaranteed> & guaranteed"
    shown = marked(text, lint_text(text))
    assert shown.count("<mark") == 2
    assert shown.startswith("&lt;<mark")
    assert "<guaranteed" not in shown
