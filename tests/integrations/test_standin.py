"""The stand-in refuses what the real Graph refuses; without that, our tests would prove little."""

from __future__ import annotations

from typing import Any

import pytest

from apps.integrations import credentials
from apps.integrations.errors import Refused
from apps.integrations.graph import Graph, teams
from apps.integrations.graph.client import Graph as Client
from apps.integrations.graph.types import Channel
from tests.standins.graph_api import GraphApi
from tests.standins.graph_fixtures import SHARED

pytestmark = pytest.mark.django_db

PATH = f"/users/{SHARED}/messages"
GOOD: dict[str, Any] = {
    "subject": "Hi", "body": {"contentType": "html", "content": "x"},
    "toRecipients": [{"emailAddress": {"address": "john@abc.test"}}],
}  # fmt: skip


@pytest.fixture
def graph(graph_api: GraphApi) -> Client:
    return Graph.of(credentials.microsoft())


@pytest.mark.parametrize(
    "change",
    [
        {"Subject": "Hi"},
        {"subject": 5},
        {"body": "text"},
        {"body": {"contentType": "markdown", "content": "x"}},
        {"toRecipients": ["john@abc.test"]},
        {"toRecipients": [{"emailAddress": {"address": "nobody"}}]},
        {"singleValueExtendedProperties": [{"id": "mezzofy-key", "value": "x"}]},
        {"internetMessageHeaders": [{"name": "Subject", "value": "x"}]},
    ],
)
def test_bodies_that_are_not_documented_are_refused(graph: Client, change: dict[str, Any]) -> None:
    graph.post(PATH, GOOD)
    with pytest.raises(Refused):
        graph.post(PATH, {**GOOD, **change})


@pytest.mark.parametrize(
    "params",
    [
        {"$select": "id,title"},
        {"$filter": "startswith(subject, 'x')"},
        {"$search": '"x"', "$orderby": "receivedDateTime desc"},
    ],
)
def test_queries_that_graph_does_not_take_are_refused(graph: Client, params: dict[str, str]) -> None:
    with pytest.raises(Refused):
        graph.get(PATH, params=params)


def test_an_app_may_not_write_to_channels(graph: Client) -> None:
    channel = Channel(team_id="team-sales", team="Sales", channel_id="channel-general", channel="General")
    with pytest.raises(Refused, match="lacks a permission"):
        teams.post_message(graph, channel, body="x")


def test_files_of_the_wrong_size_for_the_way_are_refused(graph: Client) -> None:
    from base64 import b64encode

    draft = graph.post(PATH, GOOD)["id"]
    path = f"{PATH}/{draft}/attachments"
    large = b64encode(b"x" * (3 * 1024 * 1024)).decode()
    with pytest.raises(Refused):
        graph.post(
            path, {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a", "contentBytes": large}
        )
    with pytest.raises(Refused):
        graph.post(
            f"{path}/createUploadSession",
            {"AttachmentItem": {"attachmentType": "file", "name": "a", "size": 5}},
        )


def test_a_mail_is_sent_once_only(graph: Client, graph_api: GraphApi) -> None:
    draft = graph.post(PATH, GOOD)["id"]
    graph.post(f"{PATH}/{draft}/send")
    with pytest.raises(Refused):
        graph.post(f"{PATH}/{draft}/send")
    assert len(graph_api.sent) == 1


def test_a_page_that_leads_elsewhere_is_not_followed(
    graph: Client, graph_api: GraphApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = {"value": [{"id": "1"}], "@odata.nextLink": "https://evil.test/v1.0/users"}
    monkeypatch.setattr(graph_api, "page", lambda request, rows: foreign)
    with pytest.raises(Refused, match="not its own"):
        list(graph.pages(PATH, params={}, limit=5))
