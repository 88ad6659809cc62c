"""Channels are written to in the name of a person who signed in once."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from apps.integrations import services
from apps.integrations.choices import DispatchStatus
from apps.integrations.crypto import seal
from apps.integrations.models import Connection, Dispatch
from tests.conftest import Cast
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db

Send = Callable[[Dispatch], Dispatch]


@pytest.fixture
def connection(graph_api: GraphApi) -> Connection:
    """Somebody has signed in for Teams."""
    row = Connection.objects.create(
        provider="microsoft", name="Our tenant",
        settings={"tenant_id": graph_api.identity.tenant, "client_id": graph_api.identity.client_id},
        sealed=seal({"client_secret": graph_api.identity.client_secret}),
    )  # fmt: skip
    out = StringIO()
    call_command("sign_in_to_teams", stdout=out)
    assert "enter the code ABCD-EFGH" in out.getvalue()
    row.refresh_from_db()
    return row


def post(cast: Cast, **options: Any) -> Dispatch:
    given = {"channel": "Sales/General", "html": "<p>Three new leads</p>", "title": "Three new leads"}
    return services.post_to_teams(user=cast.owner, key=uuid4().hex, **{**given, **options})


def posted(graph: GraphApi) -> list[str]:
    return [row["body"]["content"] for row in graph.posted]


def test_a_message_is_posted_and_answered_in_its_thread(
    cast: Cast, graph_api: GraphApi, connection: Connection, send: Send
) -> None:
    done = send(post(cast))
    assert done.status == DispatchStatus.SENT
    [row] = graph_api.posted
    assert (row["id"], row["channelIdentity"]["channelId"]) == (done.external_id, "channel-general")
    answer = send(post(cast, html="<p>Great</p>", reply_to=done.external_id))
    assert answer.status == DispatchStatus.SENT
    assert graph_api.posted[1]["replyToId"] == done.external_id


def test_the_sign_in_is_sealed_and_renewed_without_the_person(
    cast: Cast, graph_api: GraphApi, connection: Connection, send: Send
) -> None:
    before = connection.secrets()["teams_sign_in"]
    [refresh] = graph_api.identity.refresh_tokens
    assert refresh not in connection.sealed
    graph_api.identity.expire()
    assert send(post(cast)).status == DispatchStatus.SENT
    connection.refresh_from_db()
    assert connection.secrets()["teams_sign_in"] != before
    assert connection.secrets()["client_secret"] == graph_api.identity.client_secret


def test_a_sign_in_that_was_withdrawn_says_who_must_do_what(
    cast: Cast, graph_api: GraphApi, connection: Connection, send: Send
) -> None:
    graph_api.identity.expire()
    graph_api.identity.refresh_tokens = set()
    done = send(post(cast))
    assert done.status == DispatchStatus.FAILED
    assert "manage.py sign_in_to_teams" in done.error


def test_a_channel_that_is_not_there_names_those_that_are(
    cast: Cast, graph_api: GraphApi, connection: Connection, send: Send
) -> None:
    done = send(post(cast, channel="Sales/Gossip"))
    assert (done.status, done.error) == (
        DispatchStatus.FAILED, "There is no channel “Sales/Gossip” in Teams. There are: Sales/General.",
    )  # fmt: skip


@pytest.mark.parametrize("after", [True, False])
def test_after_a_lost_answer_the_channel_is_read_before_posting_again(
    cast: Cast, graph_api: GraphApi, connection: Connection, send: Send, after: bool
) -> None:
    graph_api.fault("^POST .*/messages$", cut=True, after=after)
    dispatch = send(post(cast))
    assert dispatch.status == DispatchStatus.QUEUED
    Dispatch.objects.update(not_before=None)
    done = send(dispatch)
    assert done.status == DispatchStatus.SENT
    assert posted(graph_api) == ["<p>Three new leads</p>"]
    assert done.external_id == graph_api.posted[0]["id"]


def test_where_the_channel_may_not_be_read_a_person_decides(
    cast: Cast, graph_api: GraphApi, connection: Connection, send: Send
) -> None:
    graph_api.fault("^POST .*/messages$", cut=True, after=True)
    dispatch = send(post(cast))
    graph_api.fault("^GET .*/messages$", status=403)
    Dispatch.objects.update(not_before=None)
    done = send(dispatch)
    assert done.status == DispatchStatus.FAILED
    assert "may be there or not" in done.error
    assert len(graph_api.posted) == 1
    services.retry(actor=cast.owner, dispatch=done)
    assert send(done).status == DispatchStatus.SENT
    assert len(graph_api.posted) == 2


def test_the_app_alone_may_not_post(cast: Cast, graph_api: GraphApi, send: Send) -> None:
    done = send(post(cast))
    assert done.status == DispatchStatus.FAILED
    assert "Nobody has signed in for Teams yet." in done.error
