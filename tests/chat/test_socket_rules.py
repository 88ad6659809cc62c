"""The rules of the socket that need no socket."""

from __future__ import annotations

import asyncio
from urllib.parse import urlparse

import pytest
from channels.testing import WebsocketCommunicator
from pytest_django.fixtures import Settings

from apps.chat import frames
from apps.chat.limits import WINDOW, Allowance
from apps.chat.origins import PageOriginValidator
from mezzofy.asgi import application


def test_pages_of_other_sites_open_no_socket(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["mezzofy.test"]
    validator = PageOriginValidator(None)

    assert not validator.valid_origin(urlparse("https://evil.test"))
    assert not validator.valid_origin(urlparse("null"))
    assert validator.valid_origin(urlparse("https://mezzofy.test"))
    assert validator.valid_origin(None)


@pytest.mark.parametrize("address", ["/", "/ws/chat", "/api/chat/ws/", "/admin/"])
def test_a_wrong_address_is_refused_and_no_error_of_ours(address: str) -> None:
    async def knock() -> bool:
        opened, _ = await WebsocketCommunicator(application, address).connect()
        return bool(opened)

    assert not asyncio.run(knock())


def test_an_allowance_is_for_any_ten_seconds() -> None:
    now = 0.0
    allowance = Allowance(2, clock=lambda: now)

    assert [allowance.spend() for _ in range(3)] == [True, True, False]
    now = WINDOW
    assert allowance.spend()


def test_newer_clients_may_say_more_than_we_know() -> None:
    assert frames.parse('{"type": "ping", "battery": 80}') == frames.Ping(type="ping")
