"""POST /api/auth/login: tokens for a password, lockout, throttling, trail."""

from __future__ import annotations

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.conftest import Cast
from tests.factories.accounts import PASSWORD

URL = "/api/auth/login"

pytestmark = pytest.mark.django_db


def log_in(email: str, password: str = PASSWORD, **headers: Any) -> Any:
    return APIClient().post(URL, {"email": email, "password": password}, **headers)


def test_a_password_gives_tokens_and_the_user(cast: Cast) -> None:
    answer = log_in(cast.owner.email)

    assert answer.status_code == 200
    assert set(answer.data) == {"access", "refresh", "user"}
    user = answer.data["user"]
    assert (user["id"], user["email"], user["name"]) == (
        str(cast.owner.pk),
        cast.owner.email,
        cast.owner.name,
    )
    assert (user["department"], user["roles"]) == ("sales", ["sales_rep"])
    assert "crm.view_lead" in user["permissions"] or "assistant.use_assistant" in user["permissions"]
    me = APIClient(HTTP_AUTHORIZATION=f"Bearer {answer.data['access']}").get("/api/auth/me")
    assert me.data == user


def test_the_address_is_not_case_sensitive(cast: Cast) -> None:
    assert log_in(cast.owner.email.upper()).status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_address_look_the_same(cast: Cast, known: bool) -> None:
    answer = log_in(cast.owner.email if known else "nobody@example.test", "wrong")

    assert (answer.status_code, answer.data["code"]) == (401, "bad_credentials")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_who_was_deactivated_stays_outside(cast: Cast) -> None:
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)

    assert log_in(cast.owner.email).status_code == 401


def test_five_failures_lock_account_and_address_out_together(cast: Cast) -> None:
    answers = [log_in(cast.owner.email, "wrong") for _ in range(5)]

    assert [answer.status_code for answer in answers[:4]] == [401] * 4
    locked = log_in(cast.owner.email)
    assert (locked.status_code, locked.json()["code"]) == (429, "locked_out")
    assert locked["Content-Type"] == "application/problem+json"
    assert log_in(cast.colleague.email).status_code == 200
    assert log_in(cast.owner.email, REMOTE_ADDR="127.0.0.1", HTTP_X_REAL_IP="10.1.2.3").status_code == 200


def test_another_spelling_of_the_address_is_not_another_try(cast: Cast, client: Client) -> None:
    address, other = cast.owner.email, cast.colleague.email
    for number in range(1, 6):
        log_in(f"{address[:number].upper()}{address[number:]}", "wrong")
        client.post("/login/", {"username": f"{other[:number].upper()}{other[number:]}", "password": "wrong"})
    assert log_in(address).status_code == 429
    assert client.post("/login/", {"username": other, "password": PASSWORD}).status_code == 429


def test_the_lock_opens_after_a_quarter_of_an_hour(cast: Cast) -> None:
    for _ in range(5):
        log_in(cast.owner.email, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timezone.timedelta(minutes=16))

    assert log_in(cast.owner.email).status_code == 200


def test_a_forwarded_address_is_not_believed_from_afar(cast: Cast) -> None:
    for number in range(5):
        log_in(cast.owner.email, "wrong", REMOTE_ADDR="203.0.113.9", HTTP_X_REAL_IP=f"10.0.0.{number}")

    assert log_in(cast.owner.email, REMOTE_ADDR="203.0.113.9", HTTP_X_REAL_IP="10.9.9.9").status_code == 429


def test_knocking_is_throttled(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"login": "2/min"})
    answers = [log_in(cast.owner.email) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].data["code"] == "throttled"


def test_a_log_in_leaves_a_trail(cast: Cast) -> None:
    log_in(cast.owner.email, HTTP_X_MEZZOFY_CLIENT="mobile")

    event = AuditEvent.objects.get(action="accounts.user.logged_in")
    assert (event.actor, event.source, event.ip_address) == (cast.owner, "mobile", "127.0.0.1")


def test_a_failed_log_in_leaves_a_trail_that_never_holds_what_was_typed(cast: Cast) -> None:
    log_in(cast.owner.email, "wrong-password")
    log_in("my-secret@typed.here", "wrong-password")

    known, unknown = AuditEvent.objects.filter(action="accounts.user.login_failed").order_by("at")
    assert (known.object_id, known.details) == (str(cast.owner.pk), {"known": True})
    assert (unknown.object_id, unknown.details) == ("", {"known": False})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "x", "password": "y"},
        {"email": "a@b.test"},
        {"email": "a\x00@b.test", "password": "\x00"},
        {"email": ["a@b.test"], "password": {}},
        {"email": "a@b.test", "password": "x" * 201},
    ],
)
def test_bad_input_is_named(db: None, body: dict[str, Any]) -> None:
    answer = APIClient().post(URL, body)

    assert answer.status_code == 400
    assert answer.data["errors"]


def test_other_methods_are_refused(db: None) -> None:
    assert APIClient().get(URL).status_code == 405
