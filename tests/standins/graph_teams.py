"""The stand-in's teams and channels: an app of its own may not write there, a person may."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from tests.standins import graph_schemas as schemas
from tests.standins.graph_tokens import authorize
from tests.standins.https import Answer, Problem, Request, stamp

if TYPE_CHECKING:
    from tests.standins.graph_api import GraphApi

BASE = "/v1.0/teams/{team}/channels"


def add_routes(api: GraphApi) -> None:
    """The paths of Teams."""
    api.route("GET", "/v1.0/me/joinedTeams", lambda r: _teams(api, r))
    api.route("GET", BASE, lambda r, team: _channels(api, r, team))
    path = f"{BASE}/{{channel}}/messages"
    api.route("POST", path, lambda r, team, channel: _post(api, r, team, channel, ""))
    api.route("GET", path, lambda r, team, channel: _list(api, r, team, channel, ""))
    path = f"{path}/{{root}}/replies"
    api.route("POST", path, lambda r, team, channel, root: _post(api, r, team, channel, root))
    api.route("GET", path, lambda r, team, channel, root: _list(api, r, team, channel, root))


def _teams(api: GraphApi, request: Request) -> Answer:
    authorize(api, request, person="Team.ReadBasic.All")
    if request.query:
        raise Problem(400, "BadRequest", "This method takes no OData query parameters.")
    return Answer(body={"value": [{"id": row["id"], "displayName": name} for name, row in api.teams.items()]})


def _channels(api: GraphApi, request: Request, team: str) -> Answer:
    authorize(api, request, person="Channel.ReadBasic.All")
    rows = [{"id": key, "displayName": name} for name, key in api.channels.get(team, {}).items()]
    return Answer(body={"value": rows})


def _post(api: GraphApi, request: Request, team: str, channel: str, root: str) -> Answer:
    authorize(api, request, person="ChannelMessage.Send")
    if channel not in api.channels.get(team, {}).values():
        raise Problem(404, "NotFound", "There is no such channel.")
    if root and not any(row["id"] == root for row in api.posted):
        raise Problem(404, "NotFound", "There is no such message.")
    given = schemas.parse(schemas.ChatMessage, request.json())
    row = {
        "id": str(1_700_000_000_000 + len(api.posted)), "body": given.body.model_dump(),
        "createdDateTime": stamp(),
        "replyToId": root or None, "channelIdentity": {"teamId": team, "channelId": channel},
        "key": uuid4().hex,
    }  # fmt: skip
    api.posted.append(row)
    return Answer(201, {name: value for name, value in row.items() if name != "key"})


def _list(api: GraphApi, request: Request, team: str, channel: str, root: str) -> Answer:
    authorize(api, request, person="ChannelMessage.Read.All")
    place = {"teamId": team, "channelId": channel}
    rows = [
        row for row in api.posted if row["channelIdentity"] == place and row["replyToId"] == (root or None)
    ]
    return Answer(body=api.page(request, list(reversed(rows))))
