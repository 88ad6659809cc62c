"""Who may open a socket, and for how long it stays open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.chat import consumers, sockets
from tests.chat.sockets import entered, in_thread, opened, play, token_of
from tests.conftest import Cast
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "TICK", 0.05)


def test_a_token_in_the_first_frame_opens_the_socket(cast: Cast) -> None:
    async def scene() -> None:
        async with opened() as socket:
            ready = await socket.ask(type="auth", token=await in_thread(token_of)(cast.owner))
            assert ready["type"] == "ready"
            assert ready["user"]["email"] == cast.owner.email
            assert ready["user"]["roles"] == ["sales_rep"]
            assert "assistant.use_assistant" in ready["user"]["permissions"]
            assert await socket.ask(type="ping") == {"type": "pong"}

    play(scene())


def test_the_web_session_opens_the_socket(cast: Cast, browser_client: Browser) -> None:
    browser = browser_client(cast.owner)

    async def scene() -> None:
        async with opened(client=browser) as socket:
            assert (await socket.hear("ready"))["user"]["id"] == str(cast.owner.pk)

    play(scene())


def test_a_wrong_token_is_4401(db: None) -> None:
    async def scene() -> None:
        for token in ("", "nonsense", "a.b.c", "\u4e2d", "x" * 9000):
            async with opened() as socket:
                await socket.say(type="auth", token=token)
                assert await socket.closed() == 4401

    play(scene())


def test_an_expired_and_a_refresh_token_are_4401(cast: Cast) -> None:
    expired = AccessToken.for_user(cast.owner)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    refresh = RefreshToken.for_user(cast.owner)

    async def scene(token: str) -> None:
        async with opened() as socket:
            await socket.say(type="auth", token=token)
            assert await socket.closed() == 4401

    play(scene(str(expired)))
    play(scene(str(refresh)))


def test_a_token_of_somebody_who_left_is_4401(cast: Cast) -> None:
    token = token_of(cast.owner)
    accounts.deactivate_user(user=cast.owner)

    async def scene() -> None:
        async with opened() as socket:
            await socket.say(type="auth", token=token)
            assert await socket.closed() == 4401

    play(scene())


def test_without_the_right_to_use_the_assistant_it_is_4403(db: None) -> None:
    nobody = UserFactory()

    async def scene() -> None:
        async with opened() as socket:
            await socket.say(type="auth", token=await in_thread(token_of)(nobody))
            assert await socket.closed() == 4403

    play(scene())


def test_anything_before_the_log_in_is_4401(db: None) -> None:
    async def scene() -> None:
        for frame in ('{"type": "ping"}', '{"type": "chat.send", "message": "Hi"}', "garbage", b"\x00"):
            async with opened() as socket:
                await socket.say_raw(frame)
                assert await socket.closed() == 4401

    play(scene())


def test_a_token_in_the_address_is_not_looked_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "AUTH_WITHIN", 0.2)
    monkeypatch.setattr("tests.chat.sockets.PATH", f"/api/chat/ws?token={token_of(cast.owner)}")

    async def scene() -> None:
        async with opened() as socket:
            assert await socket.closed() == 4408

    play(scene())


def test_who_says_nothing_is_sent_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "AUTH_WITHIN", 0.1)

    async def scene() -> None:
        async with opened() as socket:
            assert await socket.closed() == 4408

    play(scene())


def test_a_browser_whose_session_has_ended_is_told_at_once(cast: Cast, browser_client: Browser) -> None:
    browser = browser_client(cast.owner)
    kept = browser.cookies.copy()
    browser.logout()
    browser.cookies = kept

    async def scene() -> None:
        async with opened(client=browser) as socket:
            assert await socket.closed() == 4401

    play(scene())


def test_the_socket_ends_with_its_token(cast: Cast) -> None:
    token = AccessToken.for_user(cast.owner)
    token.set_exp(lifetime=timedelta(seconds=2))

    async def scene() -> None:
        async with opened() as socket:
            assert (await socket.ask(type="auth", token=str(token)))["type"] == "ready"
            assert await socket.closed() == 4401

    play(scene())


def test_a_fresh_token_keeps_the_socket_open(cast: Cast) -> None:
    short = AccessToken.for_user(cast.owner)
    short.set_exp(lifetime=timedelta(seconds=2))

    async def scene() -> None:
        async with opened() as socket:
            assert (await socket.ask(type="auth", token=str(short)))["type"] == "ready"
            assert (await socket.ask(type="auth", token=await in_thread(token_of)(cast.owner)))[
                "type"
            ] == "ready"
            assert await socket.communicator.receive_nothing(2.2)

    play(scene())


def test_a_socket_does_not_change_hands(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await socket.say(type="auth", token=await in_thread(token_of)(cast.colleague))
            assert await socket.closed() == 4403

    play(scene())


def test_somebody_who_is_sent_away_loses_the_socket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "RECHECK", 0.05)

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await in_thread(accounts.deactivate_user)(user=cast.owner)
            assert await socket.closed() == 4401

    play(scene())


def test_a_deactivated_user_sends_nothing_more(cast: Cast) -> None:
    async def scene() -> None:
        async with entered(cast.owner) as socket:
            await in_thread(accounts.deactivate_user)(user=cast.owner)
            await socket.say(type="chat.send", message="Hi")
            assert await socket.closed() == 4401

    play(scene())


def test_a_log_out_ends_the_socket(
    cast: Cast, browser_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "RECHECK", 0.05)
    browser = browser_client(cast.owner)

    async def scene() -> None:
        async with opened(client=browser) as socket:
            await socket.hear("ready")
            await in_thread(browser.logout)()
            assert await socket.closed() == 4401

    play(scene())


def test_an_hour_of_silence_ends_the_socket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "IDLE_AFTER", 0.1)

    async def scene() -> None:
        async with entered(cast.owner) as socket:
            assert await socket.closed() == 4408

    play(scene())
