"""What happened, as tools give it back."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from apps.crm.timeline import TimelinePage

MAX_BODY = 600


class Happening(BaseModel):
    """An entry of a timeline; `kind` is call, email, meeting, message, contact, note, task, stage, mail,
    chat, file or run.
    """

    at: datetime
    kind: str
    title: str
    body: str
    actor: str
    url: str


def happenings(page: TimelinePage) -> list[Happening]:
    """The entries of a page, long texts cut."""
    return [
        Happening(
            at=entry.at,
            kind=entry.kind,
            title=entry.title,
            body=entry.body[:MAX_BODY],
            actor=entry.actor,
            url=entry.url,
        )
        for entry in page.entries
    ]
