"""The rules of the socket that need no socket."""

from __future__ import annotations

from urllib.parse import urlparse

from pytest_django.fixtures import Settings

from apps.chat import frames
from apps.chat.limits import WINDOW, Allowance
from apps.chat.origins import PageOriginValidator


def test_pages_of_other_sites_open_no_socket(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["mezzofy.test"]
    validator = PageOriginValidator(None)

    assert not validator.valid_origin(urlparse("https://evil.test"))
    assert not validator.valid_origin(urlparse("null"))
    assert validator.valid_origin(urlparse("https://mezzofy.test"))
    assert validator.valid_origin(None)


def test_an_allowance_is_for_any_ten_seconds() -> None:
    now = 0.0
    allowance = Allowance(2, clock=lambda: now)

    assert [allowance.spend() for _ in range(3)] == [True, True, False]
    now = WINDOW
    assert allowance.spend()


def test_newer_clients_may_say_more_than_we_know() -> None:
    assert frames.parse('{"type": "ping", "battery": 80}') == frames.Ping(type="ping")
