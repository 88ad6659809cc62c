"""One model for staff chat, e-mail, Teams, web and phone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.artifacts.models import Artifact
from apps.contacts.models import Contact
from apps.conversations.choices import Channel, ConversationStatus, Direction, Role
from apps.conversations.querysets import ConversationQuerySet, MessageQuerySet
from apps.core.models import BaseModel


class Conversation(BaseModel):
    """A thread. A staff chat has an `owner`; a thread with the outside has a `contact`.

    `event_seq` is the last number given to an event of this conversation: blocks of numbers are taken from
    it under a row lock, so that they rise strictly whichever process sends.
    """

    channel = models.CharField(max_length=10, choices=Channel, default=Channel.CHAT)
    external_thread_id = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=8, choices=ConversationStatus, default=ConversationStatus.OPEN)
    title = models.CharField(max_length=120, blank=True)
    agent = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="conversations"
    )
    last_message_at = models.DateTimeField(db_index=True)
    event_seq = models.BigIntegerField(default=0, editable=False)

    objects: ClassVar[ConversationQuerySet] = ConversationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-last_message_at"]
        permissions = [("view_all_conversations", "Can view every conversation")]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_thread_id"],
                condition=~models.Q(external_thread_id=""),
                name="conversation_unique_thread",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-last_message_at"], name="conversation_by_owner")]

    def __str__(self) -> str:
        return self.title or f"{self.get_channel_display()} {self.created_at:%Y-%m-%d %H:%M}"


class Participant(BaseModel):
    """A member of staff or an outsider who takes part."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, contact__isnull=True)
                | models.Q(user__isnull=True, contact__isnull=False),
                name="participant_is_user_or_contact",
            ),
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_unique_user"),
            models.UniqueConstraint(fields=["conversation", "contact"], name="participant_unique_contact"),
        ]

    def __str__(self) -> str:
        return str(self.user or self.contact)


class Message(BaseModel):
    """One utterance. `raw_payload` keeps what the channel delivered, for replays.

    `channel` repeats the conversation's, so that an external id can be unique per channel. `run_id` names
    the assistant's run that answers (inbound) or wrote (outbound) it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=10, choices=Channel)
    direction = models.CharField(max_length=8, choices=Direction)
    role = models.CharField(max_length=9, choices=Role)
    sender_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    sender_label = models.CharField(max_length=160, blank=True)
    body = models.TextField(blank=True)
    citations = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    raw_payload = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    external_message_id = models.CharField(max_length=255, blank=True)
    run_id = models.UUIDField(null=True, blank=True, db_index=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_message_id"],
                condition=~models.Q(external_message_id=""),
                name="message_unique_external_id",
            ),
        ]
        indexes = [models.Index(fields=["conversation", "created_at", "id"], name="message_by_conversation")]

    def __str__(self) -> str:
        return self.body[:80]


class Attachment(BaseModel):
    """A file on a message; the name stays when the file is deleted."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    artifact = models.ForeignKey(
        Artifact, on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name
