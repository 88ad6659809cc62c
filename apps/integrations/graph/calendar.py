"""Events in calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from apps.integrations.errors import Refused
from apps.integrations.graph.client import Graph, part
from apps.integrations.graph.mail import KEY_PROPERTY
from apps.integrations.graph.types import Event, NewEvent

FIELDS = "id,subject,start,end,location,organizer,attendees,isCancelled,bodyPreview,webLink"
UTC_TIMES = 'outlook.timezone="UTC"'


def create_event(graph: Graph, mailbox: str, event: NewEvent) -> Event:
    """Put an event into the calendar and invite its people.

    `transactionId` makes Graph refuse a second one of the same key; that one is then found and returned.
    """
    try:
        made = graph.post(f"/users/{part(mailbox)}/events", _body(event))
    except Refused as error:
        found = find_event(graph, mailbox, event.key) if error.service_status == 409 else None
        if found is None:
            raise
        return found
    return read_event(
        graph.get(
            f"/users/{part(mailbox)}/events/{part(made['id'])}", params={"$select": FIELDS}, prefer=UTC_TIMES
        )
    )


def find_event(graph: Graph, mailbox: str, key: str) -> Event | None:
    """The event that was made for `key`."""
    condition = f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY_PROPERTY}' and ep/value eq '{key}')"
    params = {"$filter": condition, "$select": FIELDS, "$top": "1"}
    rows = graph.get(f"/users/{part(mailbox)}/events", params=params, prefer=UTC_TIMES).get("value", [])
    return read_event(rows[0]) if rows else None


def list_events(
    graph: Graph, mailbox: str, *, start: datetime, end: datetime, limit: int = 50
) -> Iterator[Event]:
    """What lies in the calendar between two moments, single dates of series too, the earliest first."""
    params = {
        "startDateTime": _utc(start),
        "endDateTime": _utc(end),
        "$select": FIELDS,
        "$orderby": "start/dateTime",
        "$top": str(min(limit, 50)),
    }
    path = f"/users/{part(mailbox)}/calendarView"
    for row in graph.pages(path, params=params, limit=limit, prefer=UTC_TIMES):
        yield read_event(row)


def read_event(row: dict[str, Any]) -> Event:
    """An event of Graph in our words."""
    organizer = (row.get("organizer") or {}).get("emailAddress", {})
    return Event(
        id=row["id"],
        subject=row.get("subject") or "",
        start=_moment(row["start"]),
        end=_moment(row["end"]),
        location=(row.get("location") or {}).get("displayName") or "",
        organizer=str(organizer.get("address", "")).lower(),
        attendees=[str(one["emailAddress"]["address"]).lower() for one in row.get("attendees") or []],
        is_cancelled=bool(row.get("isCancelled")),
        preview=row.get("bodyPreview") or "",
        url=row.get("webLink") or "",
    )


def _body(event: NewEvent) -> dict[str, Any]:
    found: dict[str, Any] = {
        "subject": event.subject,
        "body": {"contentType": "html", "content": event.html},
        "start": {"dateTime": _local(event.start), "timeZone": event.time_zone},
        "end": {"dateTime": _local(event.end), "timeZone": event.time_zone},
        "attendees": [
            {"emailAddress": {"address": address}, "type": "required"} for address in event.attendees
        ],
        "transactionId": event.key,
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": event.key}],
    }
    if event.location:
        found["location"] = {"displayName": event.location}
    if event.online:
        found |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    return found


def _local(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="seconds")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(value: dict[str, str]) -> datetime:
    """Asked for in UTC; Graph gives seven digits of a second."""
    return datetime.fromisoformat(value["dateTime"][:19]).replace(tzinfo=UTC)
