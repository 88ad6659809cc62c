"""Messages in Teams channels."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from apps.integrations.graph.client import Graph, part
from apps.integrations.graph.mail import moment
from apps.integrations.graph.types import Channel, TeamsMessage

_TAG = re.compile(r"<[^>]*>")


def channels(graph: Graph, *, limit: int = 200) -> Iterator[Channel]:
    """The channels of the teams that the person who signed in is in."""
    for team in graph.pages("/me/joinedTeams", limit=100):
        path = f"/teams/{part(team['id'])}/channels"
        for row in graph.pages(path, params={"$select": "id,displayName"}, limit=limit):
            yield Channel(
                team_id=team["id"], team=team["displayName"], channel_id=row["id"], channel=row["displayName"]
            )


def post_message(graph: Graph, channel: Channel, *, body: str, reply_to: str = "") -> str:
    """Post HTML to a channel, or below one of its messages. Returns the id of what was posted.

    Raises `Uncertain` when there is no telling: Graph knows no key that would refuse a second one.
    """
    made = graph.post(_path(channel, reply_to), {"body": {"contentType": "html", "content": body}})
    return str(made["id"])


def latest_messages(
    graph: Graph, channel: Channel, *, reply_to: str = "", limit: int = 20
) -> list[TeamsMessage]:
    """The newest messages of a channel, or answers below one of them."""
    rows = graph.pages(_path(channel, reply_to), params={"$top": str(limit)}, limit=limit)
    return [_read(row) for row in rows]


def plain(body: str) -> str:
    """The words of a message, to compare what Teams has made of its HTML."""
    return " ".join(html.unescape(_TAG.sub(" ", body)).split())


def _read(row: dict[str, Any]) -> TeamsMessage:
    text = plain((row.get("body") or {}).get("content") or "")
    return TeamsMessage(id=row["id"], text=text, created_at=moment(row.get("createdDateTime")))


def _path(channel: Channel, reply_to: str) -> str:
    path = f"/teams/{part(channel.team_id)}/channels/{part(channel.channel_id)}/messages"
    return f"{path}/{part(reply_to)}/replies" if reply_to else path
