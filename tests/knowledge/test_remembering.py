"""A file becomes knowledge in a conversation: added, found, quoted as words of strangers, hidden again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.artifacts.choices import Origin
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.assistant.events import events_after
from apps.assistant.leases import Lease
from apps.assistant.models import Run
from apps.assistant.running.prompting import history
from apps.assistant.running.runner import execute
from apps.assistant.running.turn import Turn
from apps.assistant.selectors import chat_response, run_detail
from apps.assistant.services import start_run
from apps.assistant.toolkit import ToolError
from apps.assistant.tools.knowledge import remember_document, search_knowledge
from apps.assistant.tracing import Trace, trace_of
from apps.chat.selectors import history_rows, messages
from apps.knowledge import services
from apps.knowledge.choices import Audience, IndexStatus
from apps.knowledge.models import Document
from tests.conftest import Cast
from tests.knowledge.test_uploads import GUIDE, QUESTION
from tests.tool_bench import BenchContext

pytestmark = pytest.mark.django_db(transaction=True)
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
HIDDEN = "A document that you can no longer open"
NOT_SHOWN = "This answer quoted a document that you can no longer open"


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words", file)` is a whole turn without a model."""

    def take(user: User, body: str, *attachments: Artifact) -> Run:
        run = start_run(user=user, body=body, attachments=attachments, ring=False)
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take


def guide(user: User) -> Artifact:
    """The handbook as an uploaded file."""
    return store(owner=user, name="penguins.md", content=GUIDE.encode(), origin=Origin.UPLOADED)


def added(user: User, audience: str = Audience.EVERYBODY) -> Document:
    """The handbook in the knowledge base, read."""
    document = services.remember(actor=user, artifact=guide(user), audience=audience)
    services.index_upload(document.pk)
    return document


def test_remember_this_file_adds_it_for_its_owner_alone(cast: Cast, turn: Callable[..., Run]) -> None:
    run = turn(cast.owner, "remember this file", guide(cast.owner))
    document = Document.objects.get(owner=cast.owner)
    assert run.skill == "remember_file"
    assert (document.audience, document.title) == (Audience.PRIVATE, "penguins.md")
    assert "penguins.md" in run.text
    assert "Only me" in run.text
    assert run.reply.citations[0]["url"] == document.get_absolute_url()
    services.index_upload(document.pk)
    assert "herring" in turn(cast.owner, QUESTION).text
    assert "herring" not in turn(cast.colleague, QUESTION).text


def test_without_a_file_it_is_asked_for(cast: Cast, turn: Callable[..., Run]) -> None:
    assert turn(cast.owner, "add this file to the knowledge base").text == (
        "Which file should I use? Please attach it."
    )
    assert not Document.objects.filter(owner=cast.owner).exists()


def test_an_image_is_refused_in_a_sentence(cast: Cast, turn: Callable[..., Run]) -> None:
    picture = store(owner=cast.owner, name="dot.png", content=DOT, origin=Origin.UPLOADED)
    assert "Only PDF, Word" in turn(cast.owner, "remember this file", picture).text


def test_the_tool_shares_with_departments_by_name(cast: Cast) -> None:
    ctx = BenchContext(cast.owner)
    told = remember_document(
        ctx,
        artifact_id=str(guide(cast.owner).pk),
        title="Penguins",
        audience="departments",
        departments=["sales"],
    )
    document = Document.objects.get(pk=told.document_id)
    assert (document.title, document.departments) == ("Penguins", ["sales"])
    assert document.status == IndexStatus.QUEUED


def test_the_tool_does_not_take_the_file_of_somebody_else(cast: Cast) -> None:
    with pytest.raises(ToolError):
        remember_document(BenchContext(cast.owner), artifact_id=str(guide(cast.outsider).pk))


def test_quotes_of_uploads_mark_the_step_and_those_of_the_folder_do_not(
    cast: Cast, turn: Callable[..., Run]
) -> None:
    services.index_knowledge()
    added(cast.colleague)
    from_upload = turn(cast.owner, QUESTION)
    assert "herring" in from_upload.text
    assert from_upload.steps.get(name="search_knowledge").untrusted
    from_folder = turn(cast.owner, "what happens to an expired voucher?")
    assert "From the knowledge base" in from_folder.text
    assert not from_folder.steps.get(name="search_knowledge").untrusted


def test_the_tool_says_which_quotes_are_of_uploads(cast: Cast) -> None:
    added(cast.colleague)

    class Marked(BenchContext):
        marked = False

        def mark_untrusted(self) -> None:
            self.marked = True

    ctx = Marked(cast.owner)
    quotes = search_knowledge(ctx, query=QUESTION)
    assert all(quote.is_upload for quote in quotes)
    assert quotes
    assert ctx.marked


class TestOldAnswers:
    """What was cited when it could be read."""

    @pytest.fixture
    def answered(self, cast: Cast, turn: Callable[..., Run]) -> tuple[Run, Document]:
        document = added(cast.colleague)
        run = turn(cast.owner, QUESTION)
        assert "herring" in run.reply.citations[0]["quote"]
        return run, document

    def test_a_reader_sees_the_quote(self, cast: Cast, answered: tuple[Run, Document]) -> None:
        run, _ = answered
        reply = chat_response(run, reader=cast.owner)["reply"]
        assert "herring" in reply["citations"][0]["quote"]

    def test_who_may_no_longer_read_it_sees_that_there_was_one(
        self, cast: Cast, answered: tuple[Run, Document]
    ) -> None:
        run, document = answered
        services.share(actor=cast.colleague, document=document, audience=Audience.PRIVATE)
        for body in (chat_response(run, reader=cast.owner), run_detail(run, reader=cast.owner)):
            shown = body["reply"]["citations"][0]
            assert (shown["label"], shown["url"], shown["quote"]) == (HIDDEN, "", "")
            assert "at noon" not in json.dumps(body, default=str)
            assert body["reply"]["content"].startswith(NOT_SHOWN)
        [*_, row] = history_rows(list(messages(run.conversation)), user=cast.owner)
        assert row["content"].startswith(NOT_SHOWN)

    def test_a_passage_that_was_rewritten_leaves_the_answer_and_leads_to_its_document(
        self, cast: Cast, answered: tuple[Run, Document]
    ) -> None:
        run, document = answered
        newer = store(owner=cast.colleague, name="new.md", content=b"# Penguins\n\n## Meals\n\nAt one.\n")
        services.renew(actor=cast.colleague, document=document, artifact=newer)
        services.index_upload(document.pk)
        reply = chat_response(run, reader=cast.owner)["reply"]
        assert "herring" in reply["content"]
        assert reply["citations"][0]["url"] == document.get_absolute_url()

    def test_a_model_is_not_told_the_old_answer_again(
        self, cast: Cast, answered: tuple[Run, Document]
    ) -> None:
        run, document = answered
        services.share(actor=cast.colleague, document=document, audience=Audience.PRIVATE)
        following = start_run(
            user=cast.owner, body="and at night?", conversation=run.conversation, ring=False
        )
        told = json.dumps(history(Turn(following, Lease(following.pk, 0))), default=str)
        assert NOT_SHOWN in told
        assert "at noon" not in told

    def test_the_page_of_the_conversation_hides_it_too(
        self, cast: Cast, answered: tuple[Run, Document], browser_client: Callable[[User], Client]
    ) -> None:
        run, document = answered
        cast.admin.is_staff = True
        cast.admin.save()
        page = reverse("admin:conversations_conversation_change", args=[run.conversation_id])
        assert "at noon" in browser_client(cast.admin).get(page).content.decode()
        services.share(actor=cast.colleague, document=document, audience=Audience.PRIVATE)
        told = browser_client(cast.admin).get(page).content.decode()
        assert "at noon" not in told
        assert NOT_SHOWN in told

    def test_the_trace_hides_it_from_who_may_not_read_it(
        self, cast: Cast, answered: tuple[Run, Document]
    ) -> None:
        run, document = answered
        assert "at noon" in _told(trace_of(run, cast.owner))
        services.share(actor=cast.colleague, document=document, audience=Audience.PRIVATE)
        assert "at noon" not in _told(trace_of(run, cast.owner))
        assert "at noon" in _told(trace_of(run, cast.colleague))

    def test_the_api_hides_it_too(
        self, cast: Cast, answered: tuple[Run, Document], api: Callable[[User], APIClient]
    ) -> None:
        run, document = answered
        page = f"/api/chat/runs/{run.pk}"
        before = api(cast.owner).get(page).json()
        assert "herring" in before["reply"]["citations"][0]["quote"]
        services.forget(actor=cast.colleague, document=document)
        after = api(cast.owner).get(page).json()
        assert after["reply"]["citations"][0]["label"] == HIDDEN
        assert after["reply"]["citations"][0]["quote"] == ""

    def test_events_that_are_read_again_hide_it_too(self, cast: Cast, answered: tuple[Run, Document]) -> None:
        run, document = answered
        services.share(actor=cast.colleague, document=document, audience=Audience.PRIVATE)
        [event] = [
            event for event in events_after(run.conversation_id, 0) if event["type"] == "run.completed"
        ]
        [shown] = event["response"]["reply"]["citations"][:1]
        assert (shown["label"], shown["quote"]) == (HIDDEN, "")
        assert "at noon" not in json.dumps(events_after(run.conversation_id, 0), default=str)


def _told(trace: Trace) -> str:
    return str(trace.answer) + "".join(bar.result for bar in trace.bars)
