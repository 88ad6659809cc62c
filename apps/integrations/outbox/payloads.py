"""What a dispatch of each kind says, as it lies in its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from apps.integrations.models import Dispatch


class Payload(BaseModel):
    """Strict: what is not known here was written by another version."""

    model_config = ConfigDict(extra="forbid")


class MailPayload(Payload):
    """A mail. `mailbox` sends it; `reply_to` gets the answers when that is somebody else's.

    An answer names the message it answers by `answers` (Graph's id) and `answers_header` (its Message-ID).
    `files` are ids of artifacts. A `confidential` one holds a key for its recipient alone: it is never kept
    as a file, and its words go when it ends.
    """

    mailbox: str
    to: list[str]
    cc: list[str] = Field(default_factory=list)
    subject: str
    html: str
    text: str
    reply_to: str = ""
    files: list[str] = Field(default_factory=list)
    answers: str = ""
    answers_header: str = ""
    confidential: bool = False


class EventPayload(Payload):
    """An event in the calendar of `mailbox`, at local times of `time_zone`."""

    mailbox: str
    subject: str
    html: str
    start: datetime
    end: datetime
    time_zone: str
    attendees: list[str] = Field(default_factory=list)
    location: str = ""
    online: bool = False


class TeamsPayload(Payload):
    """A message to a channel, as "Team/Channel"; `reply_to` is the message that it answers."""

    channel: str
    html: str
    reply_to: str = ""


class PushPayload(Payload):
    """A short message to the phones of one person."""

    recipient: str
    title: str
    body: str
    url: str = ""


def is_confidential(dispatch: Dispatch) -> bool:
    """Whether it holds a key for its recipient alone."""
    return bool(dispatch.payload.get("confidential"))


def without_words(dispatch: Dispatch) -> dict[str, Any]:
    """The payload of a dispatch that ended, as it may stay: without the key that a confidential one held."""
    gone = {"html": "", "text": ""} if is_confidential(dispatch) else {}
    return {**dispatch.payload, **gone}


def mail_of(dispatch: Dispatch) -> MailPayload:
    """The mail of a dispatch."""
    return MailPayload.model_validate(dispatch.payload)
