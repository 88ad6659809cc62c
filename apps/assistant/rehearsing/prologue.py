"""What had been said before a run: the same words in a conversation that will be gone."""

from __future__ import annotations

from django.utils import timezone

from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.conversations import services as conversations
from apps.conversations.models import Attachment, Conversation, Message

#: The newest messages are enough for everything that looks back.
MESSAGES = 40


def conversation_before(run: Run) -> Conversation:
    """A copy of the conversation up to the message of `run`, with the question that was open then.

    A copy, because the rows of the real one must stay free for people.
    """
    original = run.conversation
    copy = conversations.start(owner=run.user, channel=original.channel, agent=original.agent)
    earlier = Message.objects.filter(conversation=original, created_at__lt=run.message.created_at)
    for message in reversed(earlier.order_by("-created_at", "-id")[:MESSAGES]):
        _copy(message, copy)
    _copy_open_question(run, copy)
    return copy


def _copy(message: Message, conversation: Conversation) -> Message:
    files = list(message.attachments.all())
    moment = message.created_at
    said = Message.objects.create(
        conversation=conversation, channel=message.channel, direction=message.direction, role=message.role,
        sender_user_id=message.sender_user_id, sender_label=message.sender_label, body=message.body,
        citations=message.citations,
    )  # fmt: skip
    Message.objects.filter(pk=said.pk).update(created_at=moment)
    Attachment.objects.bulk_create(
        Attachment(message=said, artifact_id=file.artifact_id, name=file.name) for file in files
    )
    return said


def _copy_open_question(run: Run, conversation: Conversation) -> None:
    """The run before, if its state is what the message answers."""
    before = (
        Run.objects.filter(conversation_id=run.conversation_id, created_at__lt=run.created_at)
        .order_by("-created_at")
        .first()
    )
    if before is None or not before.state or before.status != RunStatus.COMPLETED:
        return
    question = Message.objects.filter(conversation=conversation).order_by("created_at").first()
    if question is not None:
        Run.objects.create(
            conversation=conversation, message=question, user=run.user, status=before.status,
            agent=before.agent, skill=before.skill, state=before.state, finished_at=timezone.now(),
        )  # fmt: skip
