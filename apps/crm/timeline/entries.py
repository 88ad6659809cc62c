"""What a timeline consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Tone = Literal["info", "good", "warn", "bad", "muted"]


@dataclass(frozen=True)
class Entry:
    """One thing that happened. All texts are plain text.

    `kind` is that of the activity (call, email, meeting, message, contact, note) or task, stage, mail (that
    the house sent), chat (said in a conversation), file or run.

    `id` is the source and the key of the row ("activity-<uuid>"). `url` opens the row, or what it is about
    when that is not the subject of the page; "" when there is nothing more to see. `about` then names it.
    """

    id: str
    at: datetime
    kind: str
    title: str
    body: str = ""
    actor: str = ""
    url: str = ""
    tone: Tone = "muted"
    about: str = ""

    @property
    def key(self) -> UUID:
        """The key of the row."""
        return UUID(self.id.partition("-")[2])


@dataclass(frozen=True)
class TimelinePage:
    """Entries, the newest first; `next` asks for the older ones and is "" when there are none."""

    entries: list[Entry]
    next: str
