"""What Graph is given and gives, in our words. Times are aware; addresses are in comparable form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel


@dataclass(frozen=True)
class NewMail:
    """A mail to make a draft of. `key` marks the draft, so that it is found again."""

    to: Sequence[str]
    cc: Sequence[str]
    subject: str
    html: str
    key: str
    reply_to: str = ""


@dataclass(frozen=True)
class NewEvent:
    """An event to put into a calendar. `start` and `end` are local times of `time_zone` (IANA name)."""

    subject: str
    html: str
    start: datetime
    end: datetime
    time_zone: str
    attendees: Sequence[str]
    location: str
    online: bool
    key: str


class Mail(BaseModel):
    """A mail as it lies in a mailbox. In a list `text` is only its beginning, and `reply_to` is not told."""

    id: str
    subject: str
    sender: str
    sender_name: str
    to: list[str]
    reply_to: list[str]
    received_at: datetime | None
    is_draft: bool
    has_attachments: bool
    conversation_id: str
    internet_message_id: str
    text: str


class Event(BaseModel):
    """An event of a calendar. Times are in UTC."""

    id: str
    subject: str
    start: datetime
    end: datetime
    location: str
    organizer: str
    attendees: list[str]
    is_cancelled: bool
    preview: str
    url: str


class Channel(BaseModel):
    """A channel of a team."""

    team_id: str
    team: str
    channel_id: str
    channel: str


class TeamsMessage(BaseModel):
    """A message in a channel, as plain text."""

    id: str
    text: str
    created_at: datetime | None
