"""Deciding by a link in a mail: safe to open, once to use, nobody else's."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant import services
from apps.assistant.approving import links
from apps.assistant.choices import ApprovalStatus, DecidedVia
from apps.assistant.models import Approval, ApprovalLink, Run
from apps.audit.models import AuditEvent, EmailLog
from apps.core.db import returned_afterwards
from apps.core.errors import DomainError, Forbidden
from apps.core.masking import scrubbed
from apps.integrations.models import Dispatch
from tests.assistant.approval_bench import PostOffice, calling, go_on, open_office, waiting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def office(declare: Declare, pipeline: Declare) -> PostOffice:
    made = open_office(declare)
    pipeline(calling(made.post, to="Wok", text="Dear <b>Wok</b>"))
    return made


@pytest.fixture
def asked(cast: Cast, turn: Turn, office: PostOffice) -> Approval:
    return waiting(turn(cast.owner, "post it"))


def status_of(approval: Approval) -> str:
    approval.refresh_from_db()
    return approval.status


def test_opening_a_link_shows_everything_and_decides_nothing(
    cast: Cast, asked: Approval, client: Client
) -> None:
    token = links.make(asked, cast.manager)
    for _ in range(3):
        page = client.get(f"/approvals/{token}")
        assert page.status_code == 200
        assert client.head(f"/approvals/{token}").status_code == 200
    text = page.content.decode()
    assert "Posting to Wok" in text
    assert "Dear &lt;b&gt;Wok" in text
    assert "Olive Owner" in text
    assert status_of(asked) == ApprovalStatus.PENDING
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert not page.cookies


def test_a_press_decides_as_the_one_who_was_asked(cast: Cast, asked: Approval, office: PostOffice) -> None:
    token = links.make(asked, cast.manager)
    page = Client(enforce_csrf_checks=True).post(
        f"/approvals/{token}", {"decision": "approve", "note": "fine"}, HTTP_ORIGIN="null"
    )
    assert page.status_code == 200
    assert status_of(asked) == ApprovalStatus.APPROVED
    assert (asked.decided_by, asked.decided_via, asked.note) == (cast.manager, DecidedVia.MAIL, "fine")
    assert AuditEvent.objects.get(action="assistant.approval.approved").actor == cast.manager
    go_on(asked.run)
    assert len(office.sent) == 1


def test_a_link_is_used_once(cast: Cast, asked: Approval, client: Client) -> None:
    token = links.make(asked, cast.manager)
    client.post(f"/approvals/{token}", {"decision": "reject"})
    again = client.post(f"/approvals/{token}", {"decision": "approve"})
    assert again.status_code == 409
    assert status_of(asked) == ApprovalStatus.REJECTED
    page = client.get(f"/approvals/{token}").content.decode()
    assert "Mona Manager already rejected this" in page
    assert "<button" not in page
    assert "decide-lines" not in page, "whoever finds the mail later learns the outcome only"


def test_of_many_presses_at_once_one_counts(cast: Cast, asked: Approval) -> None:
    token = links.make(asked, cast.manager)

    def press(number: int) -> bool:
        with returned_afterwards():
            try:
                links.answer(token=token, decision="approve")
            except DomainError:
                return False
            return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(press, range(16))) == 1


def test_a_decision_elsewhere_closes_the_link_politely(cast: Cast, asked: Approval, client: Client) -> None:
    token = links.make(asked, cast.manager)
    services.decide(approval=asked, user=cast.owner, decision="approve", via="chat")
    answer = client.post(f"/approvals/{token}", {"decision": "reject"})
    assert answer.status_code == 409
    assert "Olive Owner already approved this" in answer.content.decode()
    assert "(Chat)" in answer.content.decode()


def test_a_link_runs_out_with_its_question(cast: Cast, asked: Approval, client: Client) -> None:
    token = links.make(asked, cast.manager)
    ApprovalLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(f"/approvals/{token}", {"decision": "approve"}).status_code == 409
    assert status_of(asked) == ApprovalStatus.PENDING


def test_only_the_digest_is_kept_and_a_new_link_ends_the_old(
    cast: Cast, asked: Approval, client: Client
) -> None:
    first = links.make(asked, cast.manager)
    second = links.make(asked, cast.manager)
    kept = ApprovalLink.objects.get()
    assert first not in str(kept.__dict__)
    assert second not in str(kept.__dict__)
    assert client.get(f"/approvals/{first}").status_code == 404
    assert client.get(f"/approvals/{second}").status_code == 200
    assert len(second) >= 43


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2Fadmin"])
def test_a_guess_opens_nothing(asked: Approval, client: Client, token: str) -> None:
    assert client.get(f"/approvals/{token}").status_code == 404
    assert client.post(f"/approvals/{token}", {"decision": "approve"}).status_code == 404


def test_guessing_is_slowed_down(cast: Cast, asked: Approval, client: Client) -> None:
    codes = [client.get(f"/approvals/{'A' * 42}{number}").status_code for number in range(40)]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_a_link_gives_no_more_rights_than_its_holder_has(cast: Cast, asked: Approval, client: Client) -> None:
    token = links.make(asked, cast.manager)
    cast.manager.groups.clear()
    answer = client.post(f"/approvals/{token}", {"decision": "approve"})
    assert answer.status_code == 403
    assert status_of(asked) == ApprovalStatus.PENDING
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    assert client.get(f"/approvals/{token}").status_code == 404


@pytest.mark.parametrize("body", [{}, {"decision": "perhaps"}, {"decision": "approve", "note": "x" * 2001}])
def test_an_answer_that_is_none_decides_nothing(
    cast: Cast, asked: Approval, client: Client, body: dict[str, str]
) -> None:
    token = links.make(asked, cast.manager)
    assert client.post(f"/approvals/{token}", body).status_code == 400
    assert status_of(asked) == ApprovalStatus.PENDING


def test_a_token_never_stands_in_the_log(
    cast: Cast, asked: Approval, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """What the handlers write, through the formatter of the settings: from structlog and from Django."""
    token = links.make(asked, cast.manager)
    formatter = _formatter()
    with caplog.at_level(logging.DEBUG):
        for name in ("django_structlog", "django.request"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        client.get(f"/approvals/{token}x")
        client.post(f"/approvals/{token}", {"decision": "perhaps"})
    lines = [formatter.format(record) for record in caplog.records]
    assert any("/approvals/" in line for line in lines)
    assert not any(token in line for line in lines)


@pytest.mark.parametrize("written", ["/approvals/{}", "%2Fapprovals%2F{}", "GET /approvals/{} HTTP/1.1"])
def test_an_error_tracker_never_hears_a_token(cast: Cast, asked: Approval, written: str) -> None:
    token = links.make(asked, cast.manager)
    text = written.format(token)
    event = {
        "request": {"url": f"https://office.example{text}", "headers": {"Referer": text}},
        "breadcrumbs": {"values": [{"message": text, "data": {"url": text}}, ("http", text)]},
        "exception": {"values": [{"stacktrace": {"frames": [{"vars": {text: 3}}]}}]},
        "level": "error",
    }
    masked = scrubbed(event, {})
    assert token not in str(masked)
    assert masked["level"] == "error"
    assert masked["request"]["url"].startswith("https://office.example")


def _formatter() -> logging.Formatter:
    config = dict(django_settings.LOGGING["formatters"]["line"])
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=config["foreign_pre_chain"], processors=config["processors"]
    )


def test_a_mail_with_the_link_goes_to_the_other_approvers(
    cast: Cast, turn: Turn, office: PostOffice, settings: Any, client: Client
) -> None:
    _connect(settings, cast.manager)
    asked = waiting(turn(cast.owner, "post it"))

    dispatch = Dispatch.objects.get()
    assert dispatch.payload["to"] == [cast.manager.email]
    assert EmailLog.objects.get().purpose == "approval"
    found = re.search(r"https://office\.example(/approvals/[\w-]+)", dispatch.payload["text"])
    assert found is not None
    assert found[1] in dispatch.payload["html"]
    client.post(found[1], {"decision": "approve"})
    assert status_of(asked) == ApprovalStatus.APPROVED
    assert asked.decided_by == cast.manager


def test_once_sent_the_key_is_in_nobodys_hands_but_the_recipients(
    cast: Cast, turn: Turn, office: PostOffice, settings: Any
) -> None:
    from apps.integrations.choices import DispatchStatus
    from apps.integrations.outbox.claiming import claim

    _connect(settings, cast.manager)
    turn(cast.owner, "post it")
    dispatch = Dispatch.objects.get()
    mine = claim(dispatch.pk)
    assert mine is not None
    mine.end(DispatchStatus.SENT)
    dispatch.refresh_from_db()
    assert "/approvals/" not in str(dispatch.payload)


def test_who_sees_all_mails_does_not_see_the_key(
    cast: Cast, turn: Turn, office: PostOffice, settings: Any, browser_client: Any
) -> None:
    _connect(settings, cast.manager)
    turn(cast.owner, "post it")
    dispatch = Dispatch.objects.get()
    token = re.search(r"/approvals/([\w-]+)", dispatch.payload["text"])
    shown = browser_client(cast.admin).get(f"/admin/integrations/dispatch/{dispatch.pk}/change/").content
    assert token is not None
    assert "/approvals/…" in shown.decode()
    assert token[1] not in shown.decode()


@pytest.fixture
def ticket(cast: Cast, turn: Turn, office: PostOffice, settings: Any) -> tuple[str, Approval]:
    """The address in a mail that a shared mailbox sent, where others read it, and what it asks."""
    _connect(settings, cast.manager, mailbox="office@mezzofy.example")
    asked = waiting(turn(cast.owner, "post it"))
    payload = Dispatch.objects.get().payload
    assert payload["mailbox"] == "office@mezzofy.example"
    assert "asks for your log-in" in payload["text"]
    found = re.search(r"https://office\.example(/approvals/[\w-]+)", payload["text"])
    assert found is not None
    return found[1], asked


@pytest.mark.parametrize("who", ["", "colleague", "admin"])
def test_others_who_read_the_shared_mailbox_can_do_nothing_with_the_link(
    cast: Cast, ticket: tuple[str, Approval], who: str
) -> None:
    address, asked = ticket
    others = Client()
    if who:
        others.force_login(getattr(cast, who))
    for answer in (others.get(address), others.post(address, {"decision": "approve"})):
        assert answer.status_code == 403
        assert "Dear" not in answer.content.decode()
        assert "Mona Manager" in answer.content.decode()
    assert status_of(asked) == ApprovalStatus.PENDING
    with pytest.raises(Forbidden):
        links.answer(token=address.rpartition("/")[2], decision="approve", user=None)


def test_the_approver_answers_from_a_phone_after_logging_in(
    cast: Cast, ticket: tuple[str, Approval], office: PostOffice
) -> None:
    address, asked = ticket
    phone = Client(enforce_csrf_checks=True)
    door = phone.get(address).content.decode()
    assert f'href="/login/?next={address}"' in door
    phone.force_login(cast.manager)
    page = phone.get(address)
    assert "Dear" in page.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token is not None
    assert phone.post(address, {"decision": "approve"}).status_code == 403
    assert status_of(asked) == ApprovalStatus.PENDING
    body = {"decision": "approve", "csrfmiddlewaretoken": token[1]}
    assert phone.post(address, body).status_code == 200
    assert (status_of(asked), asked.decided_by) == (ApprovalStatus.APPROVED, cast.manager)
    assert phone.post(address, body).status_code == 409


def test_a_ticket_cannot_be_made_a_key(cast: Cast, ticket: tuple[str, Approval], client: Client) -> None:
    address, asked = ticket
    head, _slash, token = address.rpartition("/")
    assert token.startswith(links.TICKET)
    forged = f"{head}/{links.KEY}{token.removeprefix(links.TICKET)}"
    assert client.post(forged, {"decision": "approve"}).status_code == 404
    assert status_of(asked) == ApprovalStatus.PENDING


def test_without_a_connection_no_key_lies_about_in_a_file(
    cast: Cast, turn: Turn, office: PostOffice, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://office.example"
    turn(cast.owner, "post it")
    assert not Dispatch.objects.exists()
    assert not ApprovalLink.objects.exists()


def _connect(settings: Any, sender: User, mailbox: str = "") -> None:
    from django.contrib.auth.models import Permission

    settings.PUBLIC_URL = "https://office.example"
    names = ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET")
    given = {f"MS_GRAPH_{name}": "x" for name in names} | {"MS_GRAPH_MAILBOX": mailbox}
    settings.INTEGRATIONS = {**settings.INTEGRATIONS, **given}
    sender.user_permissions.add(Permission.objects.get(codename="send_mail"))


def test_markdown_is_shown_as_a_reader_would_see_it(cast: Cast, asked: Approval, client: Client) -> None:
    asked.preview = {"body": "**Six** outlets <script>x</script>", "body_format": "markdown"}
    asked.save()
    page = client.get(f"/approvals/{links.make(asked, cast.manager)}").content.decode()
    assert "<strong>Six</strong> outlets" in page
    assert "<script>x" not in page
