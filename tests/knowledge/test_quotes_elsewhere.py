"""Quotes of documents that one may no longer read: neither on timelines nor beside replays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assistant.choices import RehearsalKind
from apps.assistant.models import Rehearsal, Run
from apps.assistant.rehearsing import replaying
from apps.crm.models import LeadRun
from apps.crm.timeline import timeline
from apps.knowledge import services
from apps.knowledge.choices import Audience
from apps.knowledge.models import Document
from tests.conftest import Cast
from tests.factories.crm import ContactFactory, LeadFactory
from tests.factories.outside import ConversationFactory, MessageFactory
from tests.knowledge.test_remembering import NOT_SHOWN, added, turn
from tests.knowledge.test_uploads import QUESTION

__all__ = ["turn"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)
QUOTED = "at noon"


@pytest.fixture
def quoting(cast: Cast, turn: Callable[..., Run]) -> tuple[Document, Run]:
    """A document of a colleague, and an answer that quotes it."""
    document = added(cast.colleague)
    run = turn(cast.owner, QUESTION)
    assert QUOTED in run.text
    return document, run


def closed(cast: Cast, document: Document) -> None:
    """From now on its owner alone may read it."""
    services.share(actor=cast.colleague, document=document, audience=Audience.PRIVATE)


@pytest.mark.parametrize("has_reply", [True, False])
def test_the_timeline_of_a_lead_quotes_what_its_reader_may_read(
    cast: Cast, quoting: tuple[Document, Run], has_reply: bool, django_assert_max_num_queries: Any
) -> None:
    document, run = quoting
    lead = LeadFactory(assigned_to=cast.owner)
    LeadRun.objects.create(lead=lead, run=run)
    if not has_reply:
        Run.objects.filter(pk=run.pk).update(reply=None)

    def told() -> str:
        return " ".join(entry.body for entry in timeline(subject=lead, user=cast.owner).entries)

    assert QUOTED in told()
    closed(cast, document)
    with django_assert_max_num_queries(12):
        assert QUOTED not in told()
    assert NOT_SHOWN in told()


def test_messages_on_a_timeline_quote_what_their_reader_may_read(
    cast: Cast, quoting: tuple[Document, Run]
) -> None:
    document, run = quoting
    contact = ContactFactory()
    lead = LeadFactory(assigned_to=cast.owner, contact=contact)
    conversation = ConversationFactory(owner=cast.owner, contact=contact)
    MessageFactory(conversation=conversation, body=run.text, citations=run.reply.citations)
    shown = [entry.body for entry in timeline(subject=lead, user=cast.owner).entries if entry.kind == "chat"]
    assert any(QUOTED in body for body in shown)
    closed(cast, document)
    shown = [entry.body for entry in timeline(subject=lead, user=cast.owner).entries if entry.kind == "chat"]
    assert shown
    assert not any(QUOTED in body for body in shown)


@pytest.mark.parametrize("keeps_citations", [True, False])
def test_a_replay_and_its_run_quote_what_the_viewer_may_read(
    cast: Cast,
    quoting: tuple[Document, Run],
    browser_client: Callable[[User], Client],
    keeps_citations: bool,
) -> None:
    document, run = quoting
    held = Rehearsal.objects.create(
        kind=RehearsalKind.REPLAY, run=run, user=cast.owner, requested_by=cast.admin, message=QUESTION
    )
    replaying.rehearse(held.pk)
    held.refresh_from_db()
    assert QUOTED in held.answer
    assert held.citations
    if not keeps_citations:
        Rehearsal.objects.update(citations=[])
    client = browser_client(cast.admin)
    url = reverse("admin:assistant_rehearsal_change", args=[held.pk])
    assert QUOTED in client.get(url).content.decode()
    closed(cast, document)
    shown = client.get(url).content.decode()
    assert QUOTED not in shown
    assert NOT_SHOWN in shown
