"""The few things a socket asks of the database, each in a thread that gives its connection back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.assistant import events
from apps.assistant.models import Run
from apps.audit.context import acting
from apps.chat import credentials, selectors, services
from apps.chat.credentials import Credential, Door
from apps.chat.frames import ChatSend
from apps.core.errors import NotFound
from apps.core.sockets import in_database

PAGE = 500


@dataclass(frozen=True)
class Opened:
    """A turn that was kept. `after` is the number of the session's last event before it."""

    session_id: UUID
    message_id: UUID
    run_id: UUID
    status: str
    after: int


@in_database
def enter(credential: Credential) -> dict[str, Any]:
    """The card of the user. Raises `NotAuthenticated` or `Forbidden`."""
    return selectors.user_card(credentials.user_of(credential))


@in_database
def open_turn(credential: Credential, door: Door, frame: ChatSend) -> Opened:
    """Keep a message and queue its run, for a user who is still welcome."""
    user = credentials.user_of(credential)
    with acting(actor=user, source=door.source, ip=door.ip):
        run = services.send_text(
            user=user,
            message=frame.message,
            session_id=frame.session_id,
            agent=frame.agent,
            client_id=frame.client_id,
        )
    return Opened(run.conversation_id, run.message_id, run.pk, run.status, selectors.last_seq_before(run))


@in_database
def open_session(credential: Credential, session_id: UUID, after: int) -> int:
    """`after`, or the last event's number if `after` lies beyond every number given out.

    Raises `NotFound` for a session of somebody else's.
    """
    user = credentials.user_of(credential)
    session = services.session_of(user=user, session_id=session_id)
    if session is None:
        raise NotFound("There is no such session.")
    return after if after <= session.event_seq else events.last_seq(session_id)


@in_database
def stop_run(credential: Credential, door: Door, run_id: UUID) -> None:
    """Ask a run to stop."""
    user = credentials.user_of(credential)
    with acting(actor=user, source=door.source, ip=door.ip):
        services.cancel(user=user, run_id=run_id)


@in_database
def events_after(session_id: UUID, after: int) -> list[dict[str, Any]]:
    """The next page of kept events."""
    return events.events_after(session_id, after, PAGE)


@in_database
def at_work(session_ids: Iterable[UUID]) -> set[UUID]:
    """Those sessions that have an unfinished run."""
    runs = Run.objects.filter(conversation__in=list(session_ids)).active()
    return set(runs.values_list("conversation_id", flat=True))
