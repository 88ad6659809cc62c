"""Fixtures of the stand-ins, for the suite's conftest to import."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from apps.llm.providers.catalog import targets
from apps.llm.services.streaming import breaker_of
from tests.standins.graph_fixtures import fcm_api, graph_api, pauses
from tests.standins.messages_api import MessagesApi

__all__ = ["fcm_api", "graph_api", "kimi_api", "messages_api", "pauses"]

TEST_KEY = "sk-ant-test-0123456789abcdef"


@pytest.fixture
def messages_api(settings: Settings) -> Iterator[MessagesApi]:
    """Claude is configured and answered by a stand-in; script it with `messages_api.reply(Reply(...))`."""
    with MessagesApi() as api:
        settings.LLM = {
            **settings.LLM,
            "PRIMARY": "claude",
            "FALLBACK": "",
            "ANTHROPIC_API_KEY": TEST_KEY,
            "ANTHROPIC_BASE_URL": api.url,
        }
        _close_breakers()
        yield api


@pytest.fixture
def kimi_api(settings: Settings, messages_api: MessagesApi) -> Iterator[MessagesApi]:
    """Kimi is configured as the fallback of Claude and answered by a second stand-in."""
    with MessagesApi() as api:
        settings.LLM = {
            **settings.LLM,
            "FALLBACK": "kimi",
            "MOONSHOT_API_KEY": "sk-kimi-test-0123456789abcdef",
            "MOONSHOT_BASE_URL": f"{api.url}/anthropic",
        }
        _close_breakers()
        yield api


def _close_breakers() -> None:
    # Their state outlives a test, and a port may be given out again.
    for target in targets():
        breaker_of(target).reset()
