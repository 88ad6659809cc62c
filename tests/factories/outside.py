"""What reaches people outside the house: mails and conversations."""

from __future__ import annotations

import factory
from django.utils import timezone

from apps.audit.models import EmailLog
from apps.conversations.choices import Channel, Direction, Role
from apps.conversations.models import Conversation, Message
from tests.factories.accounts import UserFactory
from tests.factories.crm import ContactFactory


class EmailLogFactory(factory.django.DjangoModelFactory[EmailLog]):
    """A mail that was sent; say to whom by `recipients`."""

    class Meta:
        model = EmailLog

    sender = "sales@mezzofy.test"
    recipients = factory.LazyFunction(list)
    subject = factory.Sequence(lambda number: f"Mail {number}")
    user = factory.SubFactory(UserFactory)
    purpose = "test"
    status = "sent"


class ConversationFactory(factory.django.DjangoModelFactory[Conversation]):
    """A thread of mails with somebody outside, looked after by a member of staff."""

    class Meta:
        model = Conversation

    channel = Channel.EMAIL
    contact = factory.SubFactory(ContactFactory)
    owner = factory.SubFactory(UserFactory)
    last_message_at = factory.LazyFunction(timezone.now)


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """Something that the person outside wrote."""

    class Meta:
        model = Message

    conversation = factory.SubFactory(ConversationFactory)
    channel = factory.LazyAttribute(lambda message: message.conversation.channel)
    direction = Direction.INBOUND
    role = Role.USER
    sender_contact = factory.LazyAttribute(lambda message: message.conversation.contact)
    body = factory.Sequence(lambda number: f"Hello {number}")
