"""A turn of the chat: what the user gives becomes a message, the message starts a run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Origin
from apps.artifacts.models import Artifact
from apps.assistant import services as assistant
from apps.assistant.choices import Trigger
from apps.assistant.models import Run
from apps.chat.media import refuse_mislabelled
from apps.conversations import services as conversations
from apps.conversations.choices import Channel
from apps.conversations.models import Conversation
from apps.core.errors import Conflict, NotFound


def session_of(*, user: User, session_id: UUID | None) -> Conversation | None:
    """The user's own chat. Raises `NotFound` also for one that belongs to somebody else."""
    if session_id is None:
        return None
    found = Conversation.objects.owned_by(user).filter(pk=session_id, channel=Channel.CHAT).first()
    if found is None:
        raise NotFound("There is no such session.", code="unknown_session")
    return found


def send_text(
    *, user: User, message: str, session_id: UUID | None = None, agent: str = "", client_id: str = ""
) -> Run:
    """A turn of text. The same `client_id` again is the same turn and returns the same run."""
    return _start(user, message, session_id, agent, client_id=client_id, payload={"input_type": "text"})


def send_media(
    *,
    user: User,
    name: str,
    content: IO[bytes],
    input_type: str,
    message: str = "",
    session_id: UUID | None = None,
    agent: str = "",
) -> Run:
    """A turn with an upload. Raises `Invalid` when the content is not what `input_type` says.

    A file whose turn is refused is removed again.
    """
    session_of(user=user, session_id=session_id)
    refuse_mislabelled(content, name, input_type)
    artifact = artifacts.store(owner=user, name=name, content=content, origin=Origin.UPLOADED)
    try:
        payload = {"input_type": input_type, "file": artifact.name}
        return _start(user, message, session_id, agent, attachments=[artifact], payload=payload)
    except Exception:
        artifacts.delete(artifact=artifact)
        raise


def send_url(
    *, user: User, url: str, message: str = "", session_id: UUID | None = None, agent: str = ""
) -> Run:
    """A turn about a page: the address stands in the message."""
    body = f"{message}\n\n{url}" if message.strip() else url
    return _start(user, body, session_id, agent, payload={"input_type": "url", "url": url})


@transaction.atomic
def delete_session(*, user: User, session_id: UUID) -> None:
    """Stop what the session still works on, and hide it from its owner. Raises `NotFound`."""
    session = session_of(user=user, session_id=session_id)
    assert session is not None
    for run in Run.objects.filter(conversation=session).active():
        with suppress(Conflict):  # it has just finished by itself
            assistant.cancel_run(run=run, user=user)
    conversations.delete(conversation=session)


def visible_run(*, user: User, run_id: UUID) -> Run:
    """A run that the user may see. Raises `NotFound` also for somebody else's."""
    run = Run.objects.visible_to(user).filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such run.", code="unknown_run")
    return run


def cancel(*, user: User, run_id: UUID) -> Run:
    """Ask a run to stop. Raises `Conflict` when it is over, `Forbidden` for a run of somebody else."""
    run = visible_run(user=user, run_id=run_id)
    assistant.cancel_run(run=run, user=user)
    run.refresh_from_db()
    return run


def _start(
    user: User,
    body: str,
    session_id: UUID | None,
    agent: str,
    *,
    payload: Mapping[str, Any],
    attachments: list[Artifact] | None = None,
    client_id: str = "",
) -> Run:
    start = partial(
        assistant.start_run,
        user=user,
        body=body,
        conversation=session_of(user=user, session_id=session_id),
        attachments=attachments or [],
        agent=agent,
        trigger=Trigger.CHAT,
        channel=Channel.CHAT,
        external_message_id=f"{user.pk}:{client_id}" if client_id else "",
        raw_payload=dict(payload),
    )
    try:
        return start()
    except IntegrityError:
        # The same turn came twice at the same moment; the other one has won, and its run is the answer.
        return start()
