"""A stand-in for Microsoft Graph v1.0 and its identity platform on loopback, over TLS.

It holds to what is documented: unknown or ill-typed fields, missing permissions, old tokens and wrong pieces
of an upload are refused; ids change when a mail is sent unless immutable ones were asked for. What was sent
stays in `sent`, `events` and `posted`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.standins import graph_calendar, graph_mail, graph_teams, graph_tokens
from tests.standins.graph_tokens import Identity
from tests.standins.https import HttpsStandIn, Problem, Request


@dataclass
class Mailbox:
    """One person's mailbox and calendar."""

    address: str
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)

    def message(self, key: str) -> dict[str, Any]:
        """One message. Raises what Graph answers when there is none."""
        if key not in self.messages:
            raise Problem(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return self.messages[key]


@dataclass
class Sent:
    """A mail that left."""

    mailbox: str
    to: list[str]
    cc: list[str]
    subject: str
    html: str
    reply_to: list[str]
    conversation_id: str
    message_id: str
    files: dict[str, bytes]


class GraphApi(HttpsStandIn):
    """The running stand-in."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.identity = Identity()
        self.mailboxes: dict[str, Mailbox] = {}
        self.sent: list[Sent] = []
        self.uploads: dict[str, dict[str, Any]] = {}
        self.teams: dict[str, dict[str, str]] = {"Sales": {"id": "team-sales"}}
        self.channels: dict[str, dict[str, str]] = {"team-sales": {"General": "channel-general"}}
        self.posted: list[dict[str, Any]] = []
        #: Rows of one page, however many are asked for.
        self.page_size = 50
        for room in (graph_tokens, graph_mail, graph_calendar, graph_teams):
            room.add_routes(self)

    @property
    def graph_url(self) -> str:
        """The root of version 1.0."""
        return f"{self.url}/v1.0"

    def add_mailbox(self, address: str) -> Mailbox:
        """A person of the tenant."""
        return self.mailboxes.setdefault(address, Mailbox(address))

    def mailbox(self, address: str) -> Mailbox:
        """A mailbox. Raises what Graph answers for a person who is not of the tenant."""
        if address not in self.mailboxes:
            raise Problem(404, "ErrorInvalidUser", f"The requested user '{address}' is invalid.")
        return self.mailboxes[address]

    def receive(self, address: str, *, sender: str, subject: str, text: str, **more: Any) -> str:
        """A mail comes in; returns its id."""
        return graph_mail.receive(self.add_mailbox(address), sender, subject, text, more)

    def events(self) -> list[dict[str, Any]]:
        """All events of all calendars."""
        return [event for mailbox in self.mailboxes.values() for event in mailbox.events.values()]

    def page(self, request: Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """One page of a list, with the link to the next."""
        size = min(int(request.query.get("$top", "10")), self.page_size)
        start = int(request.query.get("$skiptoken", "0"))
        found: dict[str, Any] = {"value": rows[start : start + size]}
        if start + size < len(rows):
            query = "&".join(
                f"{name}={value}" for name, value in request.query.items() if name != "$skiptoken"
            )
            found["@odata.nextLink"] = f"{self.url}{request.path}?{query}&$skiptoken={start + size}".replace(
                " ", "%20"
            )
        return found


def immutable(request: Request) -> bool:
    """Whether ids that never change were asked for."""
    return 'idtype="immutableid"' in request.headers.get("prefer", "").lower()


def new_id(*, lasting: bool) -> str:
    """An id of an item; those that do not last say so, for tests to see."""
    return f"{'AAkALg' if lasting else 'AAMkAD'}{uuid4().hex}="


def key_filter(condition: str) -> tuple[str, str] | None:
    """Name and value of a condition on an extended property."""
    found = re.fullmatch(
        r"singleValueExtendedProperties/[Aa]ny\((\w+): ?"
        r"\1/id eq '([^']+)' and \1/value eq '((?:[^']|'')*)'\)",
        condition,
    )
    return (found[2], found[3].replace("''", "'")) if found else None


def has_key(row: dict[str, Any], wanted: tuple[str, str]) -> bool:
    """Whether an item carries that property."""
    return any((one["id"], one["value"]) == wanted for one in row.get("singleValueExtendedProperties", []))
