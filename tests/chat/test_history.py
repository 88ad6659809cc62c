"""GET /api/chat/history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.assistant.events import RunStream, events_after, last_seq
from apps.assistant.models import Run
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import asking, completed, failed, stored, tool_step, turn

Api = Callable[[User | None], APIClient]
URL = "/api/chat/history"

pytestmark = pytest.mark.django_db


def read(client: APIClient, session: Any, **query: Any) -> Any:
    return client.get(URL, {"session_id": str(session), **query})


def test_question_and_answer_with_everything_around_them(api: Api, cast: Cast) -> None:
    deck = stored(cast.owner, "deck.md", b"# Deck")
    run = turn(cast.owner, "A deck for ABC", agent="sales")
    completed(run, "Here is the deck [1].", made=[deck], steps=2)

    page = read(api(cast.owner), run.conversation_id).data

    assert (page["session_id"], page["title"]) == (str(run.conversation_id), "A deck for ABC")
    assert page["last_seq"] == last_seq(run.conversation_id)
    question, answer = page["results"]
    assert (question["role"], question["content"], question["agent"]) == ("user", "A deck for ABC", "sales")
    assert (answer["role"], answer["content"], answer["agent"]) == (
        "assistant",
        "Here is the deck [1].",
        "sales",
    )
    assert question["artifacts"] == question["attachments"] == answer["attachments"] == []
    assert answer["artifacts"] == [
        {
            "id": str(deck.pk),
            "name": "deck.md",
            "type": "md",
            "size_bytes": 6,
            "download_url": f"/api/files/{deck.pk}/download",
            "preview_url": f"/api/files/{deck.pk}/preview",
        }
    ]
    assert question["run_id"] == answer["run_id"] == str(run.pk)
    assert question["run"] == answer["run"]


def test_a_run_as_the_history_tells_it(api: Api, cast: Cast) -> None:
    run = completed(turn(cast.owner), steps=1)

    told = read(api(cast.owner), run.conversation_id).data["results"][1]["run"]

    assert told["status"] == "completed"
    assert (told["agent"], told["skill"], told["mode"], told["error"]) == (
        "sales",
        "pipeline",
        "offline",
        None,
    )
    assert told["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost_usd": "0.000000"}
    (step,) = told["steps"]
    assert (step["key"], step["tool"], step["summary"]) == ("1", "find_leads", "Reading leads …")
    assert (step["status"], step["ok"], round(step["seconds"])) == ("done", True, 2)
    assert "result" not in step


def test_a_failed_run_and_one_that_asks(api: Api, cast: Cast) -> None:
    broken = failed(turn(cast.owner))
    waiting = turn(cast.owner, session_id=broken.conversation_id)
    approval = asking(waiting)

    first, second = read(api(cast.owner), broken.conversation_id).data["results"]

    assert first["run"]["error"]["code"] == "internal_error"
    assert first["run"]["error"]["reference"] == broken.reference
    assert "Traceback" not in str(first)
    assert [one["id"] for one in second["run"]["approvals"]] == [str(approval.pk)]
    assert second["run"]["approvals"][0]["arguments"] == {"query": "prices", "limit": 4}


def test_a_run_at_work_is_to_be_replayed_from_its_first_event(api: Api, cast: Cast) -> None:
    done = completed(turn(cast.owner))
    before = last_seq(done.conversation_id)
    running = turn(cast.owner, session_id=done.conversation_id)
    stream = RunStream(running)
    stream.emit("run.started", agent="sales", skill="")
    stream.write("Half an answ")
    stream.flush()

    told_until = read(api(cast.owner), done.conversation_id).data["last_seq"]

    assert told_until >= before
    replayed = events_after(done.conversation_id, told_until)
    assert [event["type"] for event in replayed] == ["run.started", "text.delta"]


def test_attachments_of_the_user_outlive_their_file(
    api: Api, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    from apps.chat import services

    upload = artifacts.store(owner=cast.owner, name="x.csv", content=b"a\n")
    run = services.send_text(user=cast.owner, message="Look")
    from apps.conversations.models import Attachment

    Attachment.objects.create(message=run.message, artifact=upload, name=upload.name)
    with django_capture_on_commit_callbacks(execute=True):
        artifacts.delete(artifact=upload)

    (attachment,) = read(api(cast.owner), run.conversation_id).data["results"][0]["attachments"]
    assert (attachment["id"], attachment["name"], attachment["download_url"]) == (None, "x.csv", "")


def test_pages_follow_each_other_oldest_first(api: Api, cast: Cast) -> None:
    session = turn(cast.owner, "Message 0").conversation_id
    for number in range(1, 7):
        turn(cast.owner, f"Message {number}", session_id=session)
    client = api(cast.owner)

    told: list[str] = []
    url: str | None = f"{URL}?session_id={session}&limit=3"
    while url:
        page = client.get(url).data
        told += [message["content"] for message in page["results"]]
        url = page["next"]

    assert told == [f"Message {number}" for number in range(7)]


def test_the_number_of_queries_does_not_grow_with_the_page(api: Api, cast: Cast) -> None:
    def queries(turns: int) -> int:
        session = None
        for _ in range(turns):
            run = turn(cast.owner, session_id=session)
            session = run.conversation_id
            completed(run, made=[stored(cast.owner)], steps=3)
            asking(run, key="9")
            Run.objects.filter(pk=run.pk).update(status="completed")
        client = api(cast.owner)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(read(client, session, limit=100).data["results"]) == 2 * turns
        return len(captured)

    few, many = queries(2), queries(15)
    assert few == many <= 14


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "executive", "admin"])
def test_nobody_reads_the_session_of_another(api: Api, cast: Cast, who: str) -> None:
    run = completed(turn(cast.owner))
    tool_step(run, key="2")

    answer = read(api(getattr(cast, who)), run.conversation_id)

    assert (answer.status_code, answer.data["code"]) == (404, "unknown_session")


def test_strangers_and_people_without_a_role(api: Api, cast: Cast) -> None:
    session = turn(cast.owner).conversation_id

    assert read(api(None), session).status_code == 401
    assert read(api(UserFactory()), session).status_code == 403


@pytest.mark.parametrize("session", ["", "x", "7" * 60, "\x00", "018f3a53-0000-7000-8000-00000000000g"])
def test_a_session_id_that_is_none_is_named(api: Api, cast: Cast, session: str) -> None:
    answer = read(api(cast.owner), session)

    assert answer.status_code == 400
    assert "session_id" in answer.data["errors"]


def test_unknown_sessions_and_forged_cursors(api: Api, cast: Cast) -> None:
    session = turn(cast.owner).conversation_id
    client = api(cast.owner)

    assert client.get(URL).status_code == 400
    assert read(client, uuid4()).status_code == 404
    assert read(client, session, cursor="cD1ub3RhZGF0ZQ==").status_code == 404
    assert read(client, session, limit="-5").status_code == 200
