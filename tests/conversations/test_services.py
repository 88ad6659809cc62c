"""Messages in and out, on every channel."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEvent
from apps.conversations import services
from apps.conversations.choices import Channel, ConversationStatus, Direction, Role
from apps.conversations.models import Conversation, Message, Participant
from apps.core.errors import Invalid
from tests.conftest import Cast
from tests.factories.chat import stored

pytestmark = pytest.mark.django_db


def test_the_first_message_starts_the_conversation(cast: Cast) -> None:
    message = services.receive(user=cast.owner, body="  My pipeline?  ", agent="sales")

    conversation = message.conversation
    assert (message.body, message.role, message.direction) == ("My pipeline?", Role.USER, Direction.INBOUND)
    assert (conversation.owner, conversation.title, conversation.agent) == (
        cast.owner,
        "My pipeline?",
        "sales",
    )
    assert Participant.objects.get(conversation=conversation).user == cast.owner


def test_an_answer_belongs_to_the_conversation_with_its_files(cast: Cast) -> None:
    question = services.receive(user=cast.owner, body="A deck, please")
    deck, run = stored(cast.owner, "deck.md"), uuid4()

    answer = services.reply(
        conversation=question.conversation, body="Here [1].", run_id=run, citations=[{"id": "1"}],
        artifacts=[deck], agent="sales",
    )  # fmt: skip

    assert (answer.role, answer.direction, answer.sender_label) == (
        Role.ASSISTANT,
        Direction.OUTBOUND,
        "sales",
    )
    assert (answer.run_id, answer.citations) == (run, [{"id": "1"}])
    assert answer.attachments.get().artifact == deck
    assert list(question.conversation.messages.all()) == [question, answer]


def test_each_message_moves_the_conversation_up(cast: Cast) -> None:
    conversation = services.receive(user=cast.owner, body="One").conversation
    before = conversation.last_message_at
    services.receive(user=cast.owner, body="Two", conversation=conversation)

    assert Conversation.objects.get().last_message_at > before


def test_an_external_message_is_kept_once_per_channel(cast: Cast) -> None:
    first = services.receive(user=cast.owner, body="Hi", external_message_id="m-1")
    again = services.receive(user=cast.owner, body="Hi", external_message_id="m-1")
    elsewhere = services.receive(
        user=cast.owner, body="Hi", channel=Channel.TERMINAL, external_message_id="m-1"
    )

    assert again == first
    assert elsewhere != first
    assert Message.objects.count() == 2


def test_the_database_itself_refuses_a_second_message_of_one_id(cast: Cast) -> None:
    message = services.receive(user=cast.owner, body="Hi", external_message_id="m-1")
    message.pk = uuid4()

    with pytest.raises(IntegrityError, match="message_unique_external_id"), transaction.atomic():
        message.save(force_insert=True)


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "empty_message"), (" \x00\n", "empty_message"), ("x" * 50_001, "message_too_long")],
)
def test_what_is_no_message(cast: Cast, body: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.receive(user=cast.owner, body=body)
    assert caught.value.code == code
    assert not Conversation.objects.exists()


def test_a_file_is_a_message_too(cast: Cast) -> None:
    message = services.receive(user=cast.owner, body="", attachments=[stored(cast.owner, "leads.csv")])
    assert message.conversation.title == "leads.csv"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Short", "Short"),
        ("\n\n  First line \nsecond", "First line"),
        ("word " * 30, "word " * 19 + "word…"),
        ("Hi, could you please write a mail to Merlion Cafe", "Write a mail to Merlion Cafe"),
        ("请帮我写一封邮件", "写一封邮件"),
        ("Hello!", "Hello!"),
        ("high prices", "high prices"),
    ],
)
def test_titles(body: str, title: str) -> None:
    assert services.title_of(body, []) == title


def test_deleting_hides_and_leaves_a_trail(cast: Cast) -> None:
    conversation = services.receive(user=cast.owner, body="Hi").conversation
    services.delete(conversation=conversation)

    assert not Conversation.objects.owned_by(cast.owner).exists()
    assert Conversation.objects.get().status == ConversationStatus.DELETED
    assert AuditEvent.objects.filter(action="conversations.conversation.deleted").exists()


def test_who_sees_a_conversation(cast: Cast) -> None:
    message = services.receive(user=cast.owner, body="Hi")

    for person, sees in (
        (cast.owner, True),
        (cast.colleague, False),
        (cast.manager, False),
        (cast.admin, True),
    ):
        assert Conversation.objects.visible_to(person).exists() is sees
        assert Message.objects.visible_to(person).filter(pk=message.pk).exists() is sees


def test_event_numbers_are_given_out_in_blocks_and_never_twice(cast: Cast) -> None:
    conversation = services.receive(user=cast.owner, body="Hi").conversation

    assert services.take_event_numbers(conversation_id=conversation.pk, count=10) == 10
    assert services.take_event_numbers(conversation_id=conversation.pk, count=5) == 15
