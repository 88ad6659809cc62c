"""A turn over the socket: sending, watching, coming back, stopping."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from apps.assistant.events import RunStream, emit, events_after
from apps.assistant.models import Run
from apps.audit.models import AuditEvent
from apps.chat import consumers, services
from apps.conversations.models import Message
from apps.core import sockets
from tests.chat.sockets import Frame, Socket, entered, in_thread, play, publish
from tests.conftest import Cast
from tests.factories.chat import completed, turn

pytestmark = pytest.mark.django_db(transaction=True)


def story(frames: list[Frame]) -> list[int]:
    """The numbers of session events, in the order of arrival."""
    return [frame["seq"] for frame in frames if "seq" in frame]


def run_of(frame: Frame) -> Run:
    return Run.objects.select_related("conversation", "message").get(pk=frame["run_id"])


def work_on(frame: Frame, text: str = "Three leads.") -> Run:
    return completed(run_of(frame), text)


async def hear_until(socket: Socket, kind: str) -> list[Frame]:
    """Everything up to and including a frame of this type."""
    frames: list[Frame] = []
    while not frames or frames[-1]["type"] != kind:
        frames.append(await socket.hear())
    return frames


def test_a_turn_is_accepted_and_then_told_live(cast: Cast, rung: list[str]) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            accepted = await socket.ask(
                type="chat.send", message="My pipeline?", agent="sales", client_id="c-1"
            )
            assert accepted["type"] == "accepted"
            assert accepted["client_id"] == "c-1"
            assert accepted["status"] == "queued"
            assert rung == [accepted["run_id"]]

            await in_thread(work_on)(accepted)
            frames = await hear_until(socket, "run.completed")
            assert {frame["session_id"] for frame in frames} == {accepted["session_id"]}
            assert (
                "".join(frame["text"] for frame in frames if frame["type"] == "text.delta") == "Three leads."
            )
            assert frames[-1]["response"]["reply"]["content"] == "Three leads."
            assert story(frames) == sorted(set(story(frames)))

    play(scene())


def test_a_turn_is_the_users_own_and_audited_with_its_address(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            accepted = await socket.ask(type="chat.send", message="Hi")
            await socket.say(type="run.cancel", run_id=accepted["run_id"])
            await hear_until(socket, "run.cancelled")

    play(scene())
    assert Run.objects.get().user == cast.owner
    event = AuditEvent.objects.get(action="assistant.run.cancelled")
    assert (event.actor, event.ip_address) == (cast.owner, "127.0.0.1")


def test_the_same_client_id_is_the_same_turn(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            first = await socket.ask(type="chat.send", message="Once", client_id="same")
            second = await socket.ask(type="chat.send", message="Once", client_id="same")
            assert second["run_id"] == first["run_id"]
        async with entered(cast.colleague) as socket:
            other = await socket.ask(type="chat.send", message="Once", client_id="same")
            assert other["run_id"] != first["run_id"]

    play(scene())
    assert Message.objects.count() == 2


def test_two_sockets_that_send_the_same_turn_at_once_get_one_run(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as one, entered(cast.owner) as other:
            frame = {"type": "chat.send", "message": "Once", "client_id": "twin"}
            answers = await asyncio.gather(one.ask(**frame), other.ask(**frame))
            assert len({answer["run_id"] for answer in answers}) == 1

    play(scene())


def test_every_socket_of_the_session_is_told(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as phone, entered(cast.owner) as desk:
            accepted = await phone.ask(type="chat.send", message="Hi")
            await desk.say(type="resume", session_id=accepted["session_id"], after=0)
            await in_thread(work_on)(accepted)
            assert story(await hear_until(phone, "run.completed")) == story(
                await hear_until(desk, "run.completed")
            )

    play(scene())


def test_a_session_is_resumed_without_gap_or_repeat(cast: Cast) -> None:
    run = completed(turn(cast.owner), "A long answer")
    whole = [event["seq"] for event in events_after(run.conversation_id, 0)]

    async def scene(after: int, expected: list[int]) -> None:
        async with entered(cast.owner) as socket:
            await socket.say(type="resume", session_id=str(run.conversation_id), after=after)
            assert story(await socket.hear_all()) == expected

    play(scene(0, whole))
    play(scene(whole[1], whole[2:]))
    play(scene(whole[-1], []))
    play(scene(2**62, []))


def test_events_that_come_live_while_resuming_are_told_once(cast: Cast) -> None:
    run = turn(cast.owner)
    stream = RunStream(run)
    stream.emit("run.started", agent="sales", skill="")

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await socket.say(type="resume", session_id=str(run.conversation_id), after=0)
            for number in range(5):
                await in_thread(stream.emit)("status", message=f"step {number}")
            await in_thread(completed)(run)
            frames = await hear_until(socket, "run.completed")
            assert story(frames) == [
                event["seq"] for event in await in_thread(events_after)(run.conversation_id, 0)
            ]

    play(scene())


def test_a_lost_signal_is_made_good_from_the_database(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "TICK", 0.05)
    monkeypatch.setattr("apps.assistant.publishing.publisher.publish", lambda *_: None)  # Redis hears nothing

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            accepted = await socket.ask(type="chat.send", message="Hi")
            await in_thread(work_on)(accepted)
            frames = await hear_until(socket, "run.completed")
            assert frames[-1]["response"]["status"] == "completed"

    play(scene())


def test_a_gap_in_the_signals_is_filled_before_the_next_event(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.assistant.publishing.publisher.publish", lambda *_: None)
    run = turn(cast.owner)

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await socket.say(type="resume", session_id=str(run.conversation_id), after=0)
            await socket.ask(type="ping")
            await in_thread(completed)(run)
            events = await in_thread(events_after)(run.conversation_id, 0)
            await publish(events[-1])
            assert story(await hear_until(socket, "run.completed")) == [event["seq"] for event in events]

    play(scene())


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "executive", "admin"])
def test_nobody_watches_or_writes_into_the_session_of_another(cast: Cast, who: str) -> None:
    run = completed(turn(cast.owner))
    session = str(run.conversation_id)

    async def scene() -> None:
        async with entered(getattr(cast, who)) as socket:
            refused = await socket.ask(type="resume", session_id=session, after=0)
            assert (refused["type"], refused["code"], refused["session_id"]) == (
                "error",
                "unknown_session",
                session,
            )
            refused = await socket.ask(type="chat.send", session_id=session, message="Hi", client_id="x")
            assert (refused["code"], refused["client_id"]) == ("unknown_session", "x")
            await in_thread(emit)(run, "status", {"message": "secret"})
            assert await socket.hear_all() == []

    play(scene())


def test_who_may_stop_a_run(cast: Cast) -> None:
    run = turn(cast.owner)

    async def scene() -> None:
        async with entered(cast.colleague) as socket:
            assert (await socket.ask(type="run.cancel", run_id=str(run.pk)))["code"] == "unknown_run"
        async with entered(cast.manager) as socket:
            assert (await socket.ask(type="run.cancel", run_id=str(run.pk)))["code"] == "forbidden"
        async with entered(cast.owner) as socket:
            await socket.say(type="resume", session_id=str(run.conversation_id))
            await socket.say(type="run.cancel", run_id=str(run.pk))
            assert (await socket.hear())["type"] == "run.cancelled"
            again = await socket.ask(type="run.cancel", run_id=str(run.pk))
            assert (again["code"], again["run_id"]) == ("run_finished", str(run.pk))

    play(scene())


def test_a_session_that_is_not_there_is_an_error_and_not_the_end(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            assert (await socket.ask(type="resume", session_id=str(uuid4())))["code"] == "unknown_session"
            assert (await socket.ask(type="chat.send", message="  "))["code"] == "empty_message"
            assert (await socket.ask(type="chat.send", message="Hi", agent="pirates"))[
                "code"
            ] == "unknown_agent"
            assert await socket.ask(type="ping") == {"type": "pong"}

    play(scene())


def test_a_bug_is_told_kindly_and_does_not_end_the_socket(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(**_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(services, "send_text", explode)

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            said = await socket.ask(type="chat.send", message="Hi")
            assert said["code"] == "internal_error"
            assert "secret" not in said["detail"]
            assert await socket.ask(type="ping") == {"type": "pong"}

    play(scene())


def test_the_least_used_of_many_sessions_gives_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "MAX_SESSIONS", 2)
    runs = [completed(turn(cast.owner)) for _ in range(3)]

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            for run in runs:
                await socket.say(type="resume", session_id=str(run.conversation_id), after=2**62)
                assert await socket.ask(type="ping") == {"type": "pong"}
            for run in runs:
                await in_thread(emit)(run, "status", {"message": "still there?"})
            told = {frame["session_id"] for frame in await socket.hear_all()}
            assert told == {str(run.conversation_id) for run in runs[1:]}

    play(scene())


def test_a_socket_at_rest_holds_no_database_connection(cast: Cast) -> None:
    run = completed(turn(cast.owner))

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await socket.say(type="resume", session_id=str(run.conversation_id))
            await hear_until(socket, "run.completed")

    play(scene())
    looks = [sockets.THREADS.submit(lambda: connection.connection) for _ in range(20)]
    assert [look.result() for look in looks] == [None] * 20
