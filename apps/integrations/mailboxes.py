"""Reading mailboxes and calendars: now, and kept nowhere. No database connection is held meanwhile."""

from __future__ import annotations

from datetime import datetime

from apps.core.db import release_connection
from apps.integrations import credentials
from apps.integrations.errors import NotConnected
from apps.integrations.graph import Event, Graph, Mail, calendar
from apps.integrations.graph import mail as mails


def shared() -> str:
    """The shared mailbox of the connection; "" when there is none."""
    try:
        return credentials.microsoft().mailbox
    except NotConnected:
        return ""


def read(*, mailbox: str, query: str, since: datetime, limit: int) -> list[Mail]:
    """The newest mails of the inbox since then, or those that fit the query. Raises what Graph's client
    raises.
    """
    found = mails.list_mails(_graph(), mailbox, since=since, search=query.strip(), limit=limit)
    return [mail for mail in found if mail.received_at is None or mail.received_at >= since]


def read_one(*, mailbox: str, message_id: str) -> Mail:
    """One mail with all of its text. Raises `Missing`."""
    return mails.get_mail(_graph(), mailbox, message_id)


def events(*, mailbox: str, start: datetime, end: datetime, limit: int) -> list[Event]:
    """What lies in the calendar between two moments, the earliest first."""
    return list(calendar.list_events(_graph(), mailbox, start=start, end=end, limit=limit))


def _graph() -> Graph:
    graph = Graph.of(credentials.microsoft())
    release_connection()
    return graph
