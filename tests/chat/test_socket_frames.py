"""Frames that are broken, too many, too large, or of features that are not there."""

from __future__ import annotations

import json

import pytest

from apps.chat import frames
from tests.chat.sockets import entered, play
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN = [
    ("", "bad_frame"),
    ("{", "bad_frame"),
    ("[]", "bad_frame"),
    ("null", "bad_frame"),
    ('"ping"', "bad_frame"),
    ("[" * 5000, "bad_frame"),
    ("{}", "unknown_type"),
    ('{"type": 7}', "unknown_type"),
    ('{"type": "dance"}', "unknown_type"),
    ('{"type": "chat.send"}', "invalid"),
    ('{"type": "chat.send", "message": 7}', "invalid"),
    ('{"type": "chat.send", "message": "Hi", "session_id": "x"}', "invalid"),
    ('{"type": "resume"}', "invalid"),
    ('{"type": "resume", "session_id": "018f3a53-0000-7000-8000-000000000000", "after": -1}', "invalid"),
    (
        f'{{"type": "resume", "session_id": "018f3a53-0000-7000-8000-000000000000", "after": {10**30}}}',
        "invalid",
    ),
    ('{"type": "run.cancel", "run_id": null}', "invalid"),
    (json.dumps({"type": "chat.send", "message": "x" * 600_000}), "frame_too_large"),
]


def test_a_broken_frame_is_answered_and_does_not_end_the_socket(cast: Cast) -> None:
    async def scene(several: list[tuple[str, str]]) -> None:
        async with entered(cast.owner) as socket:
            for text, code in several:
                await socket.say_raw(text)
                said = await socket.hear("error")
                assert said["code"] == code, (text[:60], said)
                assert said["detail"]
            assert await socket.ask(type="ping") == {"type": "pong"}

    play(scene(BROKEN[:9]))
    play(scene(BROKEN[9:]))


def test_much_nonsense_ends_the_socket(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            for _ in range(10):
                await socket.say_raw("garbage")
                await socket.hear("error")
            await socket.say_raw("garbage")
            assert await socket.closed() == 4429

    play(scene())


def test_too_many_turns_end_the_socket(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            for number in range(30):
                assert (await socket.ask(type="chat.send", message="  ", client_id=str(number)))[
                    "type"
                ] == "error"
            await socket.say(type="chat.send", message="  ")
            assert await socket.closed() == 4429

    play(scene())


def test_after_the_end_nothing_is_said_or_heard(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await socket.say(type="auth", token="nonsense")
            assert await socket.closed() == 4401
            await socket.say(type="ping")
            assert await socket.communicator.receive_nothing(0.1)

    play(scene())


def test_live_speech_and_camera_are_honestly_refused_once(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            said = await socket.ask(type="speech.start", language="en")
            assert (said["type"], said["code"]) == ("error", "not_available")
            assert "not available on this server yet" in said["detail"]
            await socket.say(type="speech.chunk", audio="AAAA")
            await socket.say_raw(b"\x00\x01" * 500)
            await socket.say(type="speech.stop")
            assert (await socket.ask(type="camera.frame", image="AAAA"))["code"] == "not_available"
            await socket.say(type="camera.frame", image="AAAA")
            assert await socket.ask(type="ping") == {"type": "pong"}
            assert (await socket.ask(type="speech.start"))["code"] == "not_available"

    play(scene())


def test_a_chunk_larger_than_allowed_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            monkeypatch.setattr(frames, "MAX_MEDIA_FRAME", 100)
            await socket.say_raw(b"\x00" * 101)
            assert (await socket.hear("error"))["code"] == "frame_too_large"

    play(scene())
