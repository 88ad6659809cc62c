"""The pages: `/`, `/login/`, `/logout/`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.conftest import Cast
from tests.factories.accounts import PASSWORD, UserFactory

Browser = Callable[[User], Client]

pytestmark = pytest.mark.django_db


def log_in(client: Client, email: str, password: str = PASSWORD, **data: Any) -> Any:
    return client.post("/login/", {"username": email, "password": password, **data})


def bootstrap_of(answer: Any) -> dict[str, Any]:
    found = re.search(
        r'<script id="bootstrap" type="application/json">(.*?)</script>', answer.content.decode()
    )
    assert found
    data: dict[str, Any] = json.loads(unescape(found.group(1)))
    return data


def test_strangers_are_sent_to_the_log_in() -> None:
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/")


def test_the_chat_page_knows_who_is_there_and_what_may_be_sent(cast: Cast, browser_client: Browser) -> None:
    data = bootstrap_of(browser_client(cast.owner).get("/"))

    assert data["user"]["email"] == cast.owner.email
    assert data["mode"] == "offline"
    assert "Offline" in data["mode_label"]
    assert {agent["name"] for agent in data["agents"]} == {
        "finance", "sales", "marketing", "support", "management",
    }  # fmt: skip
    assert data["max_upload_bytes"] == 100 * 1024 * 1024
    assert data["is_staff"] is True
    assert isinstance(data["suggestions"], list)


def test_names_cannot_break_out_of_the_page(browser_client: Browser) -> None:
    villain = UserFactory(name="</script><script>alert(1)</script>", roles=["staff"])
    answer = browser_client(villain).get("/")

    assert b"<script>alert(1)" not in answer.content
    assert bootstrap_of(answer)["user"]["name"] == villain.name


def test_the_policy_is_strict(cast: Cast, browser_client: Browser) -> None:
    policy = browser_client(cast.owner).get("/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_policy_of_the_back_office_runs_no_script_that_a_text_brought(
    cast: Cast, browser_client: Browser
) -> None:
    policy = browser_client(cast.owner).get("/admin/")["Content-Security-Policy"]
    scripts = next(part.strip() for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert "http" not in scripts


def test_logging_in_and_out(cast: Cast) -> None:
    client = Client()

    answer = log_in(client, cast.owner.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/login/")["Location"] == "/"
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"accounts.user.logged_in", "accounts.user.logged_out"} <= actions


def test_the_way_back_stays_in_the_house(cast: Cast) -> None:
    assert log_in(Client(), cast.owner.email, next="/admin/")["Location"] == "/admin/"
    assert log_in(Client(), cast.owner.email, next="https://evil.test/")["Location"] == "/"


def test_a_wrong_password_is_a_sentence_and_a_trail(cast: Cast) -> None:
    answer = log_in(Client(), cast.owner.email, "wrong")

    assert answer.status_code == 200
    assert b'role="alert"' in answer.content
    assert AuditEvent.objects.get(action="accounts.user.login_failed").object_id == str(cast.owner.pk)


def test_five_wrong_passwords_show_a_page_that_says_how_long(cast: Cast) -> None:
    client = Client()
    for _ in range(5):
        log_in(client, cast.owner.email, "wrong")
    answer = log_in(client, cast.owner.email)

    assert answer.status_code == 429
    assert b"15 minutes" in answer.content


def test_the_demo_accounts_show_in_local_mode_only(cast: Cast, settings: Any) -> None:
    demo = UserFactory(email="sales.rep@demo.mezzofy.com", name="Demo Rep", roles=["sales_rep"])
    page = Client().get("/login/").content.decode()
    assert demo.email in page
    assert demo.password not in page
    assert cast.owner.email not in page

    settings.LOCAL_MODE = False
    assert demo.email not in Client().get("/login/").content.decode()


def test_a_form_that_grew_stale_is_explained(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = log_in(client, cast.owner.email)

    assert answer.status_code == 403
    assert b"reload the page" in answer.content


def test_an_address_that_is_not_there_is_a_page_for_people_and_a_document_for_programs() -> None:
    page, document = Client().get("/nowhere"), Client().get("/api/nowhere")

    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"style=" not in page.content
    assert (document.status_code, document.json()["code"]) == (404, "not_found")
