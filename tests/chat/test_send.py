"""POST /api/chat/send."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant.models import Run
from apps.audit.choices import Source
from apps.audit.models import AuditEvent
from apps.chat import waiting
from apps.chat.api.preferences import preferred_wait
from apps.conversations.models import Conversation, Message
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import asking, completed, failed, turn

Api = Callable[[User | None], APIClient]
Browser = Callable[[User], Client]
URL = "/api/chat/send"
Committed = Callable[..., Any]

pytestmark = pytest.mark.django_db


def test_a_turn_is_kept_queued_and_answered_with_a_receipt(
    api: Api, cast: Cast, rung: list[str], django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = api(cast.owner).post(URL, {"message": "Hello", "agent": "sales"})

    assert answer.status_code == 202
    run = Run.objects.get(pk=answer.data["run_id"])
    assert answer.data == {
        "session_id": str(run.conversation_id),
        "message_id": str(run.message_id),
        "run_id": str(run.pk),
        "status": "queued",
    }
    assert (run.user, run.message.body, run.requested_agent) == (cast.owner, "Hello", "sales")
    assert rung == [str(run.pk)]


def test_the_next_turn_continues_the_session(api: Api, cast: Cast) -> None:
    client = api(cast.owner)
    first = client.post(URL, {"message": "One"}).data
    second = client.post(URL, {"message": "Two", "session_id": first["session_id"]}).data

    assert second["session_id"] == first["session_id"]
    assert Message.objects.filter(conversation=first["session_id"]).count() == 2


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "executive", "admin"])
def test_nobody_writes_into_the_session_of_another(api: Api, cast: Cast, who: str) -> None:
    session = turn(cast.owner).conversation_id

    answer = api(getattr(cast, who)).post(URL, {"message": "Hi", "session_id": session})

    assert (answer.status_code, answer.data["code"]) == (404, "unknown_session")
    assert answer["Content-Type"] == "application/problem+json"
    assert Message.objects.filter(conversation=session).count() == 1


def test_strangers_are_not_heard(api: Api, db: None) -> None:
    answer = api(None).post(URL, {"message": "Hi"})

    assert (answer.status_code, answer.data["code"]) == (401, "not_authenticated")


def test_without_a_role_nobody_talks_to_agents(api: Api, db: None) -> None:
    answer = api(UserFactory()).post(URL, {"message": "Hi"})

    assert (answer.status_code, Run.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": ""}, "message"),
        ({"message": "   "}, "message"),
        ({"message": "a\x00b"}, "message"),
        ({"message": "x" * 50_001}, "message"),
        ({"message": "Hi", "session_id": "no-uuid"}, "session_id"),
        ({"message": "Hi", "session_id": 7**60}, "session_id"),
        ({"message": "Hi", "agent": "x" * 41}, "agent"),
        ({"message": {"a": 1}}, "message"),
    ],
)
def test_bad_input_is_named(api: Api, cast: Cast, body: dict[str, Any], field: str) -> None:
    answer = api(cast.owner).post(URL, body)

    assert answer.status_code == 400
    assert field in answer.data["errors"]
    assert Conversation.objects.count() == 0


def test_an_unknown_session_and_an_unknown_agent_are_refused(api: Api, cast: Cast) -> None:
    client = api(cast.owner)

    assert client.post(URL, {"message": "Hi", "session_id": uuid4()}).status_code == 404
    assert client.post(URL, {"message": "Hi", "agent": "pirates"}).data["code"] == "unknown_agent"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("null", "application/json", 400),
        ('"text"', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        ('{"message": "\\ud800"}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"message": ' + "9" * 5000 + "}", "application/json", 400),
        ('{"message": NaN}', "application/json", 400),
        ("message=hi", "application/x-www-form-urlencoded", 415),
        ("x", "text/plain", 415),
    ],
)
def test_what_is_not_json_gets_a_problem_document(
    api: Api, cast: Cast, body: Any, content_type: str, status: int
) -> None:
    answer = api(cast.owner).generic("POST", URL, body, content_type)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_larger_than_allowed_is_not_read(api: Api, cast: Cast) -> None:
    answer = api(cast.owner).post(URL, {"message": "x" * 6_000_000})

    assert (answer.status_code, answer.data["code"]) == (413, "too_large")


def test_a_page_of_another_site_cannot_send_in_the_users_name(cast: Cast, browser_client: Browser) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = browser_client(cast.owner).cookies
    body = {"data": {"message": "Hi"}, "content_type": "application/json"}

    refused = browser.post(URL, **body)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    browser.get("/")
    token = browser.cookies["csrftoken"].value
    assert browser.post(URL, **body, HTTP_X_CSRFTOKEN=token).status_code == 202


def test_an_idempotency_key_makes_a_retry_the_same_turn(api: Api, cast: Cast) -> None:
    client = api(cast.owner)
    headers = {"HTTP_IDEMPOTENCY_KEY": "one-turn"}
    first = client.post(URL, {"message": "Hello"}, **headers)
    again = client.post(URL, {"message": "Hello"}, **headers)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again["Idempotent-Replay"] == "true"
    assert Run.objects.count() == 1


def test_a_key_stands_for_one_body_and_one_user(api: Api, cast: Cast) -> None:
    headers = {"HTTP_IDEMPOTENCY_KEY": "one-turn"}
    api(cast.owner).post(URL, {"message": "Hello"}, **headers)

    other_body = api(cast.owner).post(URL, {"message": "Other"}, **headers)
    other_user = api(cast.colleague).post(URL, {"message": "Hello"}, **headers)

    assert other_body.data["code"] == "idempotency_key_reused"
    assert other_user.status_code == 202


def test_too_many_turns_are_throttled(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"chat": "2/min"})
    client = api(cast.owner)
    answers = [client.post(URL, {"message": "Hi"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert api(cast.colleague).post(URL, {"message": "Hi"}).status_code == 202


def test_a_turn_from_the_phone_is_audited_as_such(api: Api, cast: Cast) -> None:
    run = turn(cast.owner)

    api(cast.owner).delete(f"/api/chat/sessions/{run.conversation_id}", HTTP_X_MEZZOFY_CLIENT="mobile")

    event = AuditEvent.objects.get(action="conversations.conversation.deleted")
    assert (event.actor, event.source, event.department) == (cast.owner, Source.MOBILE, "sales")


class TestPreferWait:
    """`Prefer: wait=N`."""

    def test_a_run_that_ends_in_time_is_the_answer(self, api: Api, cast: Cast) -> None:
        with ends_while_waiting(completed):
            answer = api(cast.owner).post(URL, {"message": "Hello"}, HTTP_PREFER="wait=5")

        assert (answer.status_code, answer["Preference-Applied"]) == (200, "wait=5")
        assert answer.data["status"] == "completed"
        assert answer.data["reply"]["content"] == "Here you are."
        assert answer.data["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost_usd": "0.000000"}

    def test_a_failed_run_is_an_answer_too_and_says_nothing_of_the_inside(self, api: Api, cast: Cast) -> None:
        with ends_while_waiting(failed):
            answer = api(cast.owner).post(URL, {"message": "Hello"}, HTTP_PREFER="wait=5")

        assert (answer.status_code, answer.data["status"]) == (200, "failed")
        assert answer.data["error"]["code"] == "internal_error"
        assert b"Traceback" not in answer.content

    def test_a_run_that_takes_longer_is_receipted(self, api: Api, cast: Cast) -> None:
        answer = api(cast.owner).post(URL, {"message": "Hello"}, HTTP_PREFER="wait=1")

        assert (answer.status_code, answer.data["status"]) == (202, "queued")
        assert answer["Preference-Applied"] == "wait=1"

    def test_a_run_that_asks_a_person_is_not_waited_for(self, api: Api, cast: Cast) -> None:
        began = time.monotonic()
        with ends_while_waiting(asking):
            answer = api(cast.owner).post(URL, {"message": "Hello"}, HTTP_PREFER="wait=30")

        assert (answer.status_code, answer.data["status"]) == (202, "waiting_approval")
        assert time.monotonic() - began < 10

    def test_when_too_many_wait_already_the_receipt_comes_at_once(
        self, api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        full = threading.BoundedSemaphore(1)
        full.acquire()
        monkeypatch.setattr(waiting, "WAITERS", full)

        answer = api(cast.owner).post(URL, {"message": "Hello"}, HTTP_PREFER="wait=30")

        assert answer.status_code == 202
        assert "Preference-Applied" not in answer

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("wait=5", 5),
            ("Wait = 7", 7),
            ("respond-async, wait=9", 9),
            ("wait=600", 60),
            ("wait=-1", 0),
            ("wait=soon", 0),
            ("wait", 0),
            ("", 0),
            ("wait=99999999999999999999", 0),
        ],
    )
    def test_invalid_preferences_are_ignored(self, header: str, seconds: int) -> None:
        assert preferred_wait(header) == seconds


@pytest.mark.django_db(transaction=True)
def test_waiting_holds_no_database_connection(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    monkeypatch.setattr(waiting.time, "sleep", lambda _: held.append(connection.connection is not None))

    waiting.wait_for(turn(cast.owner).pk, 0.01)

    assert held
    assert not any(held)


@contextmanager
def ends_while_waiting(work: Callable[[Run], object]) -> Iterator[None]:
    """The run is worked on while the request sleeps between two looks."""
    sleep = time.sleep

    def work_instead(seconds: float) -> None:
        for run in Run.objects.filter(status="queued").select_related("conversation"):
            work(run)
        sleep(0.001)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting.time, "sleep", work_instead)
        yield
