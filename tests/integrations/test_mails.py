"""A mail from the outbox to the mailbox's Sent Items, through the real client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.audit.choices import EmailStatus
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from tests.conftest import Cast
from tests.factories.crm import uploaded
from tests.standins.graph_api import GraphApi
from tests.standins.graph_fixtures import SHARED

pytestmark = pytest.mark.django_db

Mail = Callable[..., Dispatch]
Send = Callable[[Dispatch], Dispatch]
MB = 1024 * 1024


def test_a_mail_is_sent_from_the_shared_mailbox_and_logged(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    dispatch = mail(
        cast.owner, to=["John@ABC.test "], cc=["mia@abc.test", "john@abc.test"], subject=" Our  offer "
    )
    assert dispatch.email is not None
    assert dispatch.email.status == EmailStatus.QUEUED
    assert graph_api.sent == []

    done = send(dispatch)
    [left] = graph_api.sent
    assert (left.mailbox, left.to, left.cc) == (SHARED, ["john@abc.test"], ["mia@abc.test"])
    assert (left.subject, left.html) == ("Our offer", "<p>Good morning</p>")
    assert left.reply_to == [cast.owner.email]
    assert done.status == DispatchStatus.SENT
    assert done.external_id in graph_api.mailboxes[SHARED].messages
    dispatch.email.refresh_from_db()
    log = dispatch.email
    assert (log.status, log.recipients, log.message_id) == (
        EmailStatus.SENT, ["john@abc.test", "mia@abc.test"], left.message_id,
    )  # fmt: skip
    assert log.sent_at is not None


def test_one_cause_is_one_mail_however_often_it_is_asked_for_and_rung(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    first = mail(cast.owner, key="step-1")
    assert mail(cast.owner, key="step-1", subject="Another").pk == first.pk
    for _ in range(3):
        send(first)
    assert [left.subject for left in graph_api.sent] == ["Hello"]


@pytest.mark.parametrize("size", [1, 3 * MB - 1, 3 * MB, 3 * MB + 1, 10 * MB + 7])
def test_files_of_any_size_arrive_byte_for_byte(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, size: int
) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    dispatch = mail(cast.owner, files=[uploaded(cast.owner, content, "deck.txt")])
    assert send(dispatch).status == DispatchStatus.SENT
    assert graph_api.sent[0].files == {"deck.txt": content}
    pieces = graph_api.calls("^PUT /upload")
    assert bool(pieces) == (size >= 3 * MB)
    assert all(len(piece.raw) % (320 * 1024) == 0 for piece in pieces[:-1])


def test_files_of_the_same_name_are_told_apart(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    files = [uploaded(cast.owner, content, "a.txt") for content in (b"one", b"two")]
    send(mail(cast.owner, files=files))
    assert graph_api.sent[0].files == {"a.txt": b"one", "a (2).txt": b"two"}


def test_a_broken_upload_goes_on_where_it_stopped(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    content = bytes(range(256)) * (9 * MB // 256)
    graph_api.fault("^PUT /upload", cut=True, after=True)
    graph_api.fault("^PUT /upload", cut=True)
    dispatch = send(mail(cast.owner, files=[uploaded(cast.owner, b"x" + content, "deck.txt")]))
    assert dispatch.status == DispatchStatus.SENT
    assert graph_api.sent[0].files["deck.txt"] == b"x" + content
    assert dispatch.attempts == 1


@pytest.mark.django_db(transaction=True)  # a file goes when the transaction of its deletion ends
def test_a_deleted_file_fails_with_a_sentence(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    from apps.artifacts.services import delete

    file = uploaded(cast.owner, b"x", "a.txt")
    dispatch = mail(cast.owner, files=[file])
    delete(artifact=file)
    done = send(dispatch)
    assert (done.status, done.error) == (
        DispatchStatus.FAILED,
        "1 of the files to be attached no longer exist.",
    )
    assert graph_api.sent == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"app_roles": {"Mail.Send"}}, "The app lacks a permission for this"),
        ({"app_roles": {"Mail.ReadWrite"}}, "The app lacks a permission for this"),
        ({"client_secret": "another"}, "The client secret is wrong."),
        ({"secret_expired": True}, "The client secret has expired."),
        ({"client_id": "another"}, "The tenant has no app with this client id."),
        ({"tenant": "another"}, "There is no tenant with this id."),
    ],
)
def test_what_a_person_must_mend_fails_at_once_and_says_so(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, change: dict[str, Any], sentence: str
) -> None:
    for name, value in change.items():
        setattr(graph_api.identity, name, value)
    done = send(mail(cast.owner))
    assert done.status == DispatchStatus.FAILED
    assert done.error.startswith(sentence)
    assert done.email is not None
    done.email.refresh_from_db()
    assert (done.email.status, done.email.error) == (EmailStatus.FAILED, done.error)
    assert graph_api.sent == []
