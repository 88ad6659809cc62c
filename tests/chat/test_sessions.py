"""GET /api/chat/sessions and DELETE /api/chat/sessions/{id}."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.audit.models import AuditEvent
from apps.conversations import services as conversations
from apps.conversations.choices import Channel, ConversationStatus
from apps.conversations.models import Conversation
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import completed, turn

Api = Callable[[User | None], APIClient]
URL = "/api/chat/sessions"

pytestmark = pytest.mark.django_db


def test_own_sessions_newest_activity_first(api: Api, cast: Cast) -> None:
    first, second = turn(cast.owner, "First question"), turn(cast.owner, "Second question")
    turn(cast.owner, "Again the first", session_id=first.conversation_id)

    rows = api(cast.owner).get(URL).data["results"]

    assert [row["title"] for row in rows] == ["First question", "Second question"]
    assert set(rows[0]) == {"id", "title", "agent", "last_message_at", "created_at", "active_run_id"}
    assert [row["active_run_id"] for row in rows] == [str(first.pk), str(second.pk)]


def test_a_session_at_rest_has_no_active_run(api: Api, cast: Cast) -> None:
    completed(turn(cast.owner))

    assert api(cast.owner).get(URL).data["results"][0]["active_run_id"] is None


def test_everybody_sees_own_chats_only_whatever_the_role(api: Api, cast: Cast) -> None:
    turn(cast.owner)
    conversations.start(owner=cast.owner, channel=Channel.TERMINAL)

    for person in (cast.colleague, cast.manager, cast.outsider, cast.executive, cast.admin):
        assert api(person).get(URL).data["results"] == []
    assert len(api(cast.owner).get(URL).data["results"]) == 1


def test_strangers_see_nothing(api: Api, db: None) -> None:
    assert api(None).get(URL).status_code == 401
    assert api(UserFactory()).get(URL).status_code == 403


def test_pages_follow_each_other_by_cursor(api: Api, cast: Cast) -> None:
    for number in range(5):
        turn(cast.owner, f"Question {number}")
    client = api(cast.owner)

    titles: list[str] = []
    url: str | None = f"{URL}?limit=2"
    while url:
        page = client.get(url).data
        titles += [row["title"] for row in page["results"]]
        url = page["next"]

    assert titles == [f"Question {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    "cursor", ["nonsense", "cD1ub3RhZGF0ZQ==", "bz0xMDAwMDAwMDAwMDAw", "cD0yMDI2LTEzLTQ1", "%00"]
)
def test_a_forged_cursor_is_a_problem_and_not_a_crash(api: Api, cast: Cast, cursor: str) -> None:
    assert api(cast.owner).get(f"{URL}?cursor={cursor}").status_code in {200, 404}


def test_the_number_of_queries_does_not_grow_with_the_list(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        completed(turn(cast.owner, f"Question {number}"))

    with django_assert_max_num_queries(5):
        assert len(api(cast.owner).get(URL).data["results"]) == 8


def test_deleting_hides_the_session_stops_its_run_and_leaves_a_trail(api: Api, cast: Cast) -> None:
    run = turn(cast.owner)
    session = run.conversation_id
    client = api(cast.owner)

    assert client.delete(f"{URL}/{session}").status_code == 204

    run.refresh_from_db()
    assert run.status == RunStatus.CANCELLED
    assert client.get(URL).data["results"] == []
    assert client.get(f"/api/chat/history?session_id={session}").status_code == 404
    assert client.delete(f"{URL}/{session}").status_code == 404
    assert Conversation.objects.get().status == ConversationStatus.DELETED
    assert AuditEvent.objects.get(action="conversations.conversation.deleted").actor == cast.owner


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "executive", "admin"])
def test_nobody_deletes_the_session_of_another(api: Api, cast: Cast, who: str) -> None:
    session = turn(cast.owner).conversation_id

    assert api(getattr(cast, who)).delete(f"{URL}/{session}").status_code == 404
    assert Conversation.objects.get().status == ConversationStatus.OPEN


def test_an_unknown_session_and_a_stranger(api: Api, cast: Cast) -> None:
    assert api(cast.owner).delete(f"{URL}/{uuid4()}").status_code == 404
    assert api(cast.owner).delete(f"{URL}/not-a-uuid").json()["code"] == "not_found"
    assert api(None).delete(f"{URL}/{uuid4()}").status_code == 401
