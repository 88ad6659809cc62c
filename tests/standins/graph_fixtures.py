"""Fixtures that connect the house to stand-ins of Microsoft Graph and Firebase."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.integrations import http
from apps.integrations.graph.tokens import forget_tokens
from tests.standins.fcm_api import FcmApi
from tests.standins.graph_api import GraphApi

SHARED = "sales@mezzofy.test"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that calls of other companies would have waited; nobody waits."""
    waited: list[float] = []
    monkeypatch.setattr(http, "pause", waited.append)
    return waited


@pytest.fixture
def graph_api(settings: Settings, pauses: list[float]) -> Iterator[GraphApi]:
    """Microsoft 365 is connected by the environment, and answered by a stand-in with one shared mailbox."""
    with GraphApi() as api:
        api.add_mailbox(SHARED)
        settings.INTEGRATIONS = {
            **settings.INTEGRATIONS,
            "GRAPH_URL": api.graph_url,
            "GRAPH_AUTHORITY": api.url,
            "CA_FILE": api.ca_file,
            "MS_GRAPH_TENANT_ID": api.identity.tenant,
            "MS_GRAPH_CLIENT_ID": api.identity.client_id,
            "MS_GRAPH_CLIENT_SECRET": api.identity.client_secret,
            "MS_GRAPH_MAILBOX": SHARED,
        }
        forget_tokens()
        yield api
        http.client().close()
        http._client.cache_clear()
        forget_tokens()


@pytest.fixture
def fcm_api(settings: Settings, pauses: list[float], tmp_path: Path) -> Iterator[FcmApi]:
    """Push messages are connected by the environment, and answered by a stand-in."""
    with FcmApi() as api:
        file = tmp_path / "service-account.json"
        file.write_text(api.service_account, encoding="utf-8")
        settings.INTEGRATIONS = {
            **settings.INTEGRATIONS,
            "FCM_URL": f"{api.url}/v1",
            "CA_FILE": api.ca_file,
            "FCM_CREDENTIALS_FILE": str(file),
        }
        yield api
        http.client().close()
        http._client.cache_clear()
