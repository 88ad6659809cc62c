"""Without a connection nothing is lost, and nobody is told that it was sent."""

from __future__ import annotations

from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest

from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.audit.choices import EmailStatus
from apps.core.errors import Conflict
from apps.integrations import services
from apps.integrations.choices import DispatchStatus
from apps.integrations.errors import NotConnected
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering
from apps.notifications.models import Notice
from tests.conftest import Cast
from tests.factories.crm import uploaded
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db

Mail = Callable[..., Dispatch]
Send = Callable[[Dispatch], Dispatch]


def read(artifact: Artifact | None) -> Any:
    assert artifact is not None
    with open_bytes(artifact) as content:
        return BytesParser(policy=policy.default).parse(content)


def test_the_mail_is_a_draft_that_mail_programs_open(cast: Cast, mail: Mail) -> None:
    file = uploaded(cast.owner, "Grüße, 你好".encode(), "gruß.txt")
    dispatch = mail(
        cast.owner, to=["john@abc.test", "li@abc.test"], cc=["mia@abc.test"], subject="Ein Gruß 你好",
        body_html="<p>Good <b>morning</b> 你好</p>", body_text="Good morning 你好", files=[file],
        answers="x", answers_header="<question@abc.test>",
    )  # fmt: skip
    assert dispatch.status == DispatchStatus.KEPT
    assert dispatch.error == "Microsoft 365 is not connected, so the mail was kept as a draft file."
    assert dispatch.artifact is not None
    assert (dispatch.artifact.owner, dispatch.artifact.kind) == (cast.owner, Kind.EMAIL)
    draft = read(dispatch.artifact)
    assert draft["To"] == "john@abc.test, li@abc.test"
    assert (draft["Cc"], draft["From"], draft["Subject"]) == (
        "mia@abc.test",
        cast.owner.email,
        "Ein Gruß 你好",
    )
    assert draft["X-Unsent"] == "1"
    assert draft["In-Reply-To"] == draft["References"] == "<question@abc.test>"
    assert draft["Message-ID"] == f"<{dispatch.pk}@{cast.owner.email.partition('@')[2]}>"
    assert draft.get_body(("plain",)).get_content().strip() == "Good morning 你好"
    assert "<b>morning</b> 你好" in draft.get_body(("html",)).get_content()
    [attached] = list(draft.iter_attachments())
    assert attached.get_filename() == "gruß.txt"
    assert attached.get_payload(decode=True) == "Grüße, 你好".encode()


def test_the_log_calls_it_a_draft_and_the_worker_leaves_it_alone(cast: Cast, mail: Mail, send: Send) -> None:
    dispatch = mail(cast.owner)
    assert send(dispatch).status == DispatchStatus.KEPT
    assert dispatch.email is not None
    assert dispatch.email.__class__.objects.get().status == EmailStatus.DRAFT
    assert delivering.sweep() == 0
    assert Artifact.objects.count() == 1


def test_asked_for_twice_it_is_kept_once(cast: Cast, mail: Mail) -> None:
    assert mail(cast.owner, key="one").pk == mail(cast.owner, key="one").pk
    assert Artifact.objects.count() == 1


def test_a_connection_that_goes_while_it_waits_keeps_the_mail(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, settings: Any
) -> None:
    dispatch = mail(cast.owner)
    settings.INTEGRATIONS = {**settings.INTEGRATIONS, "MS_GRAPH_CLIENT_SECRET": ""}
    done = send(dispatch)
    assert done.status == DispatchStatus.KEPT
    assert read(done.artifact)["Subject"] == "Hello"
    assert graph_api.sent == []


def test_a_kept_mail_can_be_sent_once_there_is_a_connection(
    cast: Cast, mail: Mail, send: Send, request: pytest.FixtureRequest
) -> None:
    dispatch = mail(cast.owner)
    with pytest.raises(NotConnected):
        services.retry(actor=cast.owner, dispatch=dispatch)
    graph = request.getfixturevalue("graph_api")
    graph.add_mailbox(cast.owner.email)
    services.retry(actor=cast.owner, dispatch=dispatch)
    assert send(dispatch).status == DispatchStatus.SENT
    assert [left.mailbox for left in graph.sent] == [cast.owner.email]
    assert dispatch.email is not None
    dispatch.email.refresh_from_db()
    assert dispatch.email.status == EmailStatus.SENT


def test_an_event_cannot_wait_for_a_connection(cast: Cast) -> None:
    from datetime import datetime

    with pytest.raises(NotConnected):
        services.create_event(
            user=cast.owner, subject="Demo", start=datetime(2026, 12, 1, 10), end=datetime(2026, 12, 1, 11),
            time_zone="Asia/Singapore", key="one",
        )  # fmt: skip
    assert not Dispatch.objects.exists()


def test_a_push_message_becomes_a_notice(cast: Cast) -> None:
    for _ in range(2):
        dispatch = services.push(
            user=cast.owner, recipient=cast.colleague, title="Stock", body="is low", url="/admin/", key="one"
        )
    assert (dispatch.status, dispatch.error) == (
        DispatchStatus.KEPT,
        "Push messages are not connected, so it was left as a notice in the back office.",
    )  # fmt: skip
    notice = Notice.objects.get()
    assert (notice.recipient, notice.title, notice.body, notice.url) == (
        cast.colleague,
        "Stock",
        "is low",
        "/admin/",
    )


def test_a_mail_with_a_key_in_it_is_never_a_file_and_is_not_written_without_a_connection(
    cast: Cast, mail: Mail
) -> None:
    with pytest.raises(NotConnected):
        mail(cast.owner, body_text="/approvals/key", confidential=True)
    assert not Dispatch.objects.exists()
    assert not Artifact.objects.exists()


def test_a_connection_that_goes_leaves_no_key_behind(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, settings: Any
) -> None:
    dispatch = mail(cast.owner, body_html="/approvals/key", body_text="/approvals/key", confidential=True)
    settings.INTEGRATIONS = {**settings.INTEGRATIONS, "MS_GRAPH_CLIENT_SECRET": ""}
    done = send(dispatch)
    assert (done.status, done.artifact) == (DispatchStatus.FAILED, None)
    assert "no file of it was kept" in done.error
    assert not Artifact.objects.exists()
    assert "/approvals/key" not in str(done.payload)
    with pytest.raises(Conflict, match="cannot be sent again"):
        services.retry(actor=cast.owner, dispatch=done)


@pytest.mark.parametrize("end", ["sent", "failed", "cancelled"])
def test_the_words_of_a_mail_with_a_key_go_however_it_ends(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, end: str
) -> None:
    dispatch = mail(cast.owner, body_html="a key", body_text="a key", confidential=True)
    if end == "failed":
        graph_api.identity.app_roles = set()
    done = services.cancel(actor=cast.owner, dispatch=dispatch) if end == "cancelled" else send(dispatch)
    assert done.status == end
    assert (done.payload["html"], done.payload["text"]) == ("", "")
    assert [left.html for left in graph_api.sent] == (["a key"] if end == "sent" else [])
