"""The stand-in's calendars."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.standins import graph_schemas as schemas
from tests.standins.graph_tokens import authorize
from tests.standins.https import Answer, Problem, Request

if TYPE_CHECKING:
    from tests.standins.graph_api import GraphApi

BASE = "/v1.0/users/{user}"


def add_routes(api: GraphApi) -> None:
    """The paths of calendars."""
    api.route("GET", f"{BASE}/calendar", lambda r, user: _calendar(api, r, user))
    api.route("GET", f"{BASE}/events", lambda r, user: _list(api, r, user))
    api.route("POST", f"{BASE}/events", lambda r, user: _create(api, r, user))
    api.route("GET", f"{BASE}/events/{{key}}", lambda r, user, key: _get(api, r, user, key))
    api.route("GET", f"{BASE}/calendarView", lambda r, user: _view(api, r, user))


def _calendar(api: GraphApi, request: Request, user: str) -> Answer:
    authorize(api, request, app="Calendars.ReadWrite")
    api.mailbox(user)
    return Answer(body={"id": "calendar", "name": "Calendar"})


def _create(api: GraphApi, request: Request, user: str) -> Answer:
    authorize(api, request, app="Calendars.ReadWrite")
    calendar = api.mailbox(user).events
    given = schemas.parse(schemas.Event, request.json()).model_dump(exclude_unset=True)
    if _utc(given["end"]) <= _utc(given["start"]):
        raise Problem(400, "ErrorPropertyValidationFailure", "The end must be after the start.")
    key = given.get("transactionId")
    if key and any(row.get("transactionId") == key for row in calendar.values()):
        raise Problem(
            409, "ErrorDuplicateTransactionId", "Your request can't be completed: it was made already."
        )
    row = {
        **given, "id": uuid4().hex, "isCancelled": False, "bodyPreview": "", "iCalUId": uuid4().hex,
        "organizer": {"emailAddress": {"address": user}}, "webLink": "https://outlook.test/item",
    }  # fmt: skip
    calendar[row["id"]] = row
    return Answer(201, {name: value for name, value in row.items() if name in schemas.EVENT_FIELDS})


def _get(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    authorize(api, request, app="Calendars.ReadWrite")
    row = api.mailbox(user).events.get(key)
    if row is None:
        raise Problem(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return Answer(body=_shown(row, request))


def _list(api: GraphApi, request: Request, user: str) -> Answer:
    from tests.standins.graph_api import has_key, key_filter

    authorize(api, request, app="Calendars.ReadWrite")
    wanted = key_filter(request.query.get("$filter", ""))
    if wanted is None:
        raise Problem(
            400, "ErrorInvalidUrlQueryFilter", "The stand-in knows filters by extended property only."
        )
    rows = [_shown(row, request) for row in api.mailbox(user).events.values() if has_key(row, wanted)]
    return Answer(body=api.page(request, rows))


def _view(api: GraphApi, request: Request, user: str) -> Answer:
    authorize(api, request, app="Calendars.ReadWrite")
    try:
        start, end = (
            datetime.fromisoformat(request.query[name]) for name in ("startDateTime", "endDateTime")
        )
    except (KeyError, ValueError):
        raise Problem(400, "ErrorInvalidParameter", "startDateTime and endDateTime are required.") from None
    rows = [
        row
        for row in api.mailbox(user).events.values()
        if _utc(row["start"]) < end and _utc(row["end"]) > start
    ]
    rows.sort(key=lambda row: _utc(row["start"]))
    return Answer(body=api.page(request, [_shown(row, request) for row in rows]))


def _shown(row: dict[str, Any], request: Request) -> dict[str, Any]:
    found = schemas.selected(row, request.query, schemas.EVENT_FIELDS)
    if 'outlook.timezone="UTC"' in request.headers.get("prefer", ""):
        for name in ("start", "end"):
            if name in found:
                at = f"{_utc(row[name]):%Y-%m-%dT%H:%M:%S}.0000000"
                found[name] = {"dateTime": at, "timeZone": "UTC"}
    return found


def _utc(value: dict[str, str]) -> datetime:
    return (
        datetime.fromisoformat(value["dateTime"]).replace(tzinfo=ZoneInfo(value["timeZone"])).astimezone(UTC)
    )
