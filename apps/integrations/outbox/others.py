"""Sending what is no mail: events, messages in Teams, push messages."""

from __future__ import annotations

from datetime import timedelta

from apps.integrations import credentials
from apps.integrations.errors import NotConnected, Refused, Uncertain
from apps.integrations.fcm import Gone
from apps.integrations.fcm.client import fcm
from apps.integrations.graph import Channel, Graph, NewEvent, calendar, teams, teams_graph
from apps.integrations.models import PushDevice
from apps.integrations.outbox.claiming import Claim
from apps.integrations.outbox.payloads import EventPayload, PushPayload, TeamsPayload

#: The channel that every team has: who names the team alone means it.
GENERAL = "General"
#: Clocks differ; a message that is this much older than our call is not ours.
SKEW = timedelta(minutes=2)


def deliver_event(claim: Claim) -> str:
    """Returns the id of the event. Graph refuses a second one of the same key."""
    given = EventPayload.model_validate(claim.dispatch.payload)
    graph = Graph.of(credentials.microsoft())
    found = None if claim.is_first else calendar.find_event(graph, given.mailbox, claim.dispatch.key)
    if found is None:
        new = NewEvent(
            subject=given.subject, html=given.html, start=given.start, end=given.end,
            time_zone=given.time_zone, attendees=given.attendees, location=given.location,
            online=given.online, key=claim.dispatch.key,
        )  # fmt: skip
        found = calendar.create_event(graph, given.mailbox, new)
    return found.id


def deliver_teams(claim: Claim) -> str:
    """Returns the id of the message.

    Teams knows no key. After a call without an answer the channel is read for our words; when that is not
    allowed a person is told, and decides.
    """
    given = TeamsPayload.model_validate(claim.dispatch.payload)
    known = credentials.microsoft()
    graph = teams_graph(known)
    channel = channel_of(graph, known, given.channel)
    if claim.marks.get("begun"):
        found = _posted(graph, channel, claim, given)
        if found:
            return found
    claim.mark(begun=True)
    return teams.post_message(graph, channel, body=given.html, reply_to=given.reply_to)


def channel_of(graph: Graph, known: credentials.MicrosoftCredentials, name: str) -> Channel:
    """The channel of that name, "Team/Channel". Raises `Refused` with the names that there are."""
    wanted = "/".join(part.strip().casefold() for part in name.split("/"))
    for label, ids in known.channels.items():
        if label.casefold() == wanted and ids.get("team_id") and ids.get("channel_id"):
            team, _, channel = label.partition("/")
            return Channel(team_id=ids["team_id"], team=team, channel_id=ids["channel_id"], channel=channel)
    found = list(teams.channels(graph))
    for one in found:
        if wanted in {f"{one.team}/{one.channel}".casefold(), one.channel.casefold()}:
            return one
    first = next((one for one in found if one.team.casefold() == wanted and one.channel == GENERAL), None)
    if first is not None:
        return first
    names = ", ".join(f"{one.team}/{one.channel}" for one in found[:10])
    raise Refused(f"There is no channel “{name}” in Teams. There are: {names or 'none'}.")


def _posted(graph: Graph, channel: Channel, claim: Claim, given: TeamsPayload) -> str:
    """The id of our message if an earlier try has posted it; "" when it surely has not."""
    since = claim.dispatch.created_at - SKEW
    try:
        latest = teams.latest_messages(graph, channel, reply_to=given.reply_to)
    except Refused:
        raise Refused(
            "Teams gave no answer, so the message may be there or not. Look into the channel; if it is not"
            " there, send it again from the outbox."
        ) from None
    words = teams.plain(given.html)
    same = (
        row for row in latest if row.text == words and (row.created_at is None or row.created_at >= since)
    )
    return next((row.id for row in same), "")


def deliver_push(claim: Claim) -> str:
    """Push to each phone of the person; returns the names that Firebase gave.

    Raises `NotConnected` when the person has no phone with the app.
    """
    given = PushPayload.model_validate(claim.dispatch.payload)
    client = fcm(credentials.fcm())
    pushed: dict[str, str] = dict(claim.marks.get("pushed", {}))
    problem: Refused | Uncertain | None = None
    for device in PushDevice.objects.filter(user_id=given.recipient):
        if str(device.pk) in pushed:
            continue
        try:
            pushed[str(device.pk)] = client.send(
                device=device.token, title=given.title, body=given.body, url=given.url, key=claim.dispatch.key
            )
        except Gone:
            device.delete()
        except (Refused, Uncertain) as error:
            problem = error
        else:
            claim.mark(pushed=pushed)
    if problem is not None:
        raise problem
    if not pushed:
        raise NotConnected("The app is on none of the person's phones.")
    return ", ".join(pushed.values())
