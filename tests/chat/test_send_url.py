"""POST /api/chat/send-url."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant.models import Run
from apps.conversations.models import Message
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import turn

Api = Callable[[User | None], APIClient]
URL = "/api/chat/send-url"

pytestmark = pytest.mark.django_db


def test_the_address_stands_in_the_message_and_is_kept_apart(api: Api, cast: Cast) -> None:
    answer = api(cast.owner).post(
        URL, {"url": "https://abc.example/menu?x=1", "message": "What do they sell?"}
    )

    assert answer.status_code == 202
    message = Message.objects.get(pk=answer.data["message_id"])
    assert message.body == "What do they sell?\n\nhttps://abc.example/menu?x=1"
    assert message.raw_payload == {"input_type": "url", "url": "https://abc.example/menu?x=1"}


def test_an_address_needs_no_words(api: Api, cast: Cast) -> None:
    answer = api(cast.owner).post(URL, {"url": "https://abc.example/"})

    assert Message.objects.get(pk=answer.data["message_id"]).body == "https://abc.example/"


@pytest.mark.parametrize(
    "url",
    ["", "abc", "ftp://abc.example/x", "javascript:alert(1)", "file:///etc/passwd", "https://", "http://a b",
     "https://abc.example/\x00", "https://abc.example/" + "x" * 2000, 7, None, ["https://abc.example"]],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(api: Api, cast: Cast, url: object) -> None:
    answer = api(cast.owner).post(URL, {"url": url})

    assert answer.status_code == 400
    assert "url" in answer.data["errors"]
    assert Run.objects.count() == 0


@pytest.mark.parametrize("who", ["colleague", "outsider", "admin"])
def test_nobody_writes_into_the_session_of_another(api: Api, cast: Cast, who: str) -> None:
    session = turn(cast.owner).conversation_id
    body = {"url": "https://abc.example/", "session_id": session}

    assert api(getattr(cast, who)).post(URL, body).status_code == 404


def test_strangers_and_people_without_a_role_send_nothing(api: Api, db: None) -> None:
    body = {"url": "https://abc.example/"}

    assert api(None).post(URL, body).status_code == 401
    assert api(UserFactory()).post(URL, body).status_code == 403
