"""Messages in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.audit import services as audit
from apps.conversations.choices import Channel, ConversationStatus, Direction, Role
from apps.conversations.models import Attachment, Conversation, Message, Participant
from apps.core.errors import Invalid, NotFound

MAX_BODY = 50_000
TITLE_LENGTH = 100
#: What many messages begin with: a title that says only this is like all the others.
_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|please|kindly|(?:can|could|would|will) you|i (?:want|need) you to|sila|tolong)\b"
    r"(?: please\b)?|请你?|麻烦你?|帮我)[\s,，!！]*",
    re.IGNORECASE,
)


@transaction.atomic
def start(*, owner: User, channel: str = Channel.CHAT, agent: str = "", title: str = "") -> Conversation:
    """A new staff conversation."""
    conversation = Conversation.objects.create(
        owner=owner, channel=channel, agent=agent, title=title, last_message_at=timezone.now()
    )
    Participant.objects.create(conversation=conversation, user=owner)
    return conversation


@transaction.atomic
def receive(
    *,
    user: User,
    body: str,
    conversation: Conversation | None = None,
    channel: str = Channel.CHAT,
    attachments: Iterable[Artifact] = (),
    agent: str = "",
    external_message_id: str = "",
    raw_payload: Mapping[str, Any] | None = None,
) -> Message:
    """A message of a member of staff; starts the conversation when there is none.

    Raises `Invalid` for an empty message without a file, or one over 50,000 characters. A repeated
    `external_message_id` on the same channel returns the message that is already there.
    """
    files = list(attachments)
    text = body.replace("\x00", "").strip()
    if not text and not files:
        raise Invalid("The message is empty.", code="empty_message", errors={"message": ["Write something."]})
    if len(text) > MAX_BODY:
        raise Invalid(f"The message is longer than {MAX_BODY:,} characters.", code="message_too_long")
    if external_message_id:
        known = Message.objects.filter(channel=channel, external_message_id=external_message_id).first()
        if known is not None:
            return known
    if conversation is None:
        title = title_of(text, files)
        conversation = start(owner=user, channel=channel, agent=agent, title=title)
    message = Message.objects.create(
        conversation=conversation,
        channel=conversation.channel,
        direction=Direction.INBOUND,
        role=Role.USER,
        sender_user=user,
        sender_label=user.name,
        body=text,
        raw_payload=raw_payload,
        external_message_id=external_message_id,
    )
    _attach(message, files)
    _touch(conversation)
    return message


@transaction.atomic
def reply(
    *,
    conversation: Conversation,
    body: str,
    run_id: UUID | None = None,
    citations: Sequence[Mapping[str, Any]] = (),
    artifacts: Iterable[Artifact] = (),
    agent: str = "",
) -> Message:
    """The assistant's answer."""
    message = Message.objects.create(
        conversation=conversation,
        channel=conversation.channel,
        direction=Direction.OUTBOUND,
        role=Role.ASSISTANT,
        sender_label=agent or "assistant",
        body=body,
        citations=list(citations),
        run_id=run_id,
    )
    _attach(message, artifacts)
    _touch(conversation)
    return message


@transaction.atomic
def delete(*, conversation: Conversation) -> None:
    """Hide a conversation from its owner; its rows stay for the audit trail and retention."""
    conversation.status = ConversationStatus.DELETED
    conversation.save(update_fields=["status", "updated_at"])
    audit.record(action="conversations.conversation.deleted", obj=conversation)


def take_event_numbers(*, conversation_id: UUID, count: int) -> int:
    """Reserve `count` event numbers; returns the last of the block. Survives any crash, never repeats."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_conversation SET event_seq = event_seq + %s"
            " WHERE id = %s RETURNING event_seq",
            [count, conversation_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound("There is no such conversation.")
    return int(row[0])


def title_of(body: str, attachments: Sequence[Artifact]) -> str:
    """A title from the first line without its courtesies, cut at a word, or from the first file."""
    line = next((line.strip() for line in body.splitlines() if line.strip()), "")
    if not line:
        return attachments[0].name[:TITLE_LENGTH] if attachments else ""
    line = _subject_of(line)
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def _subject_of(line: str) -> str:
    """What is wanted; the whole line when it is nothing but a greeting."""
    wish = line
    while wish != (shorter := _COURTESY.sub("", wish)):
        wish = shorter
    return wish[:1].upper() + wish[1:] if wish and wish != line else line


def _attach(message: Message, artifacts: Iterable[Artifact]) -> None:
    Attachment.objects.bulk_create(
        Attachment(message=message, artifact=artifact, name=artifact.name) for artifact in artifacts
    )


def _touch(conversation: Conversation) -> None:
    conversation.last_message_at = timezone.now()
    conversation.save(update_fields=["last_message_at", "updated_at"])
