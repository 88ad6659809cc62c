"""`Idempotency-Key`: a retry returns the first answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant.models import Run
from apps.assistant.tasks import execute_run
from apps.chat import services
from apps.core.models import IdempotentRequest
from apps.core.tasks import forget_idempotency_keys
from tests.conftest import Cast

Api = Callable[[User | None], APIClient]
URL = "/api/chat/send"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute_run, "delay", lambda _: None)


def send(client: APIClient, key: str, **body: Any) -> Any:
    return client.post(URL, {"message": "Hello", **body}, HTTP_IDEMPOTENCY_KEY=key)


def test_refusals_are_repeated_too(api: Api, cast: Cast) -> None:
    first = send(api(cast.owner), "k", message="")
    again = send(api(cast.owner), "k", message="")

    assert (first.status_code, again.status_code, again.json()) == (400, 400, first.json())
    assert again["Content-Type"] == "application/problem+json"


def test_an_answer_that_echoes_strange_characters_can_be_kept(api: Api, cast: Cast) -> None:
    path = "/api/approvals/018f3a53-0000-7000-8000-000000000000/decide"
    for decision in ("a\x00b", "x" * 10_000):
        answer = api(cast.owner).post(path, {"decision": decision}, HTTP_IDEMPOTENCY_KEY=f"k{len(decision)}")
        assert answer.status_code == 400


@pytest.mark.parametrize("key", ["x" * 201, "a\x07b", "\x00"])
def test_a_key_must_be_printable_and_short(api: Api, cast: Cast, key: str) -> None:
    assert send(api(cast.owner), key).status_code == 400


def test_a_first_request_at_work_makes_the_second_wait(api: Api, cast: Cast) -> None:
    send(api(cast.owner), "k")
    IdempotentRequest.objects.update(response_status=None)

    answer = send(api(cast.owner), "k")
    assert (answer.status_code, answer.data["code"]) == (409, "in_progress")


def test_a_first_request_that_died_is_taken_over(api: Api, cast: Cast) -> None:
    send(api(cast.owner), "k")
    IdempotentRequest.objects.update(response_status=None, created_at=timezone.now() - timedelta(minutes=3))

    assert send(api(cast.owner), "k").status_code == 202


def test_a_server_error_may_be_tried_again(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(**_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(services, "send_text", explode)
        client = api(cast.owner)
        client.raise_request_exception = False
        assert send(client, "k").status_code == 500
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(minutes=3))

    assert send(api(cast.owner), "k").status_code == 202


def test_keys_are_forgotten_after_a_day(api: Api, cast: Cast) -> None:
    send(api(cast.owner), "old")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    send(api(cast.owner), "new")

    assert forget_idempotency_keys() == 1
    assert IdempotentRequest.objects.get().key == "new"


@pytest.mark.django_db(transaction=True)
def test_the_same_request_many_times_at_once_happens_once(api: Api, cast: Cast) -> None:
    client_of = [api(cast.owner) for _ in range(8)]
    statuses: list[int] = []

    def knock(client: APIClient) -> None:
        try:
            statuses.append(send(client, "storm").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=knock, args=(client,)) for client in client_of]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Run.objects.count() == 1
    assert 202 in statuses
    assert set(statuses) <= {202, 409}
