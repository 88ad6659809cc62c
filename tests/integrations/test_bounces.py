"""Mails that came back, as servers of different makes report it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.audit.models import AuditEvent, EmailLog
from apps.integrations.models import Dispatch
from apps.integrations.outbox.bounces import look_for_bounces
from apps.notifications.models import Notice
from tests.conftest import Cast
from tests.standins.graph_api import GraphApi
from tests.standins.graph_fixtures import SHARED

pytestmark = pytest.mark.django_db

Mail = Callable[..., Dispatch]
Send = Callable[[Dispatch], Dispatch]
EXCHANGE = "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e@mezzofy.test"


def report(message_id: str, *, headers: bool = False, copy: str = "", action: str = "failed") -> bytes:
    """A report; `headers` name the mail, or the `copy` of it (message/rfc822 or only its headers) does."""
    subject = "Delivery status: delayed" if action == "delayed" else "Undeliverable: Hello"
    lines = ["From: postmaster@abc.test", f"To: {SHARED}", f"Subject: {subject}", "MIME-Version: 1.0"]
    lines += [f"In-Reply-To: {message_id}", f"References: {message_id}"] if headers else []
    parts = ["Content-Type: text/plain\n\nYour message to john@abc.test could not be delivered."]
    if action:
        parts.append(
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.abc.test\n\n"
            f"Final-Recipient: rfc822; john@abc.test\nAction: {action}\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 No such\n user\n"
        )
    if copy:
        parts.append(f"Content-Type: {copy}\n\nFrom: {SHARED}\nMessage-ID: {message_id}\n\nGood morning")
    kind = "report; report-type=delivery-status" if action else "mixed"
    lines.append(f'Content-Type: multipart/{kind}; boundary="xx"')
    return "\n".join([*lines, "", *(f"--xx\n{part}" for part in parts), "--xx--", ""]).encode()


def arrives(graph: GraphApi, raw: bytes, *, sender: str = EXCHANGE, **more: Any) -> None:
    graph.receive(
        SHARED, sender=sender, subject="Undeliverable: Hello", text="It came back.", mime=raw, **more
    )


def states() -> dict[str, str]:
    return dict(EmailLog.objects.values_list("subject", "status"))


@pytest.mark.parametrize(
    ("sender", "options"),
    [
        (EXCHANGE, {"headers": True}),
        (EXCHANGE, {"headers": True, "copy": "message/rfc822"}),
        ("mailer-daemon@mx.abc.test", {"copy": "text/rfc822-headers"}),
        ("postmaster@abc.test", {"copy": "message/rfc822"}),
    ],
)
def test_a_mail_that_came_back_is_marked_and_its_sender_told_why(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, sender: str, options: dict[str, Any]
) -> None:
    bounced, _fine = (send(mail(cast.owner, subject=name)) for name in ("Bounced", "Fine"))
    arrives(graph_api, report(bounced.marks["message_id"], **options), sender=sender)
    arrives(graph_api, b"From: john@abc.test\n\nThank you", sender="john@abc.test")
    assert [look_for_bounces(), look_for_bounces()] == [1, 0]
    assert states() == {"Bounced": "bounced", "Fine": "sent"}
    assert EmailLog.objects.get(subject="Bounced").error == "john@abc.test: 550 5.1.1 No such user"
    notice = Notice.objects.get()
    assert (notice.title, notice.recipient) == ("Your mail “Bounced” came back", cast.owner)
    assert notice.body == "john@abc.test: 550 5.1.1 No such user"
    assert AuditEvent.objects.filter(action="audit.emaillog.bounced").count() == 1


def test_a_report_without_the_part_for_machines_is_read_as_people_read_it(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    sent = send(mail(cast.owner))
    arrives(graph_api, report(sent.marks["message_id"], headers=True, action=""))
    assert look_for_bounces() == 1
    assert EmailLog.objects.get().error == "Your message to john@abc.test could not be delivered."


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_only_late_or_arrived_did_not_come_back(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, action: str
) -> None:
    sent = send(mail(cast.owner))
    arrives(graph_api, report(sent.marks["message_id"], headers=True, action=action))
    assert look_for_bounces() == 0
    assert states() == {"Hello": "sent"}


def test_a_reader_who_writes_like_a_postmaster_marks_nothing(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    sent = send(mail(cast.owner))
    arrives(graph_api, report(sent.marks["message_id"], headers=True), sender="john@abc.test")
    assert look_for_bounces() == 0


@pytest.mark.parametrize("raw", [b"", b"\x00\xff not a mail", report("", copy="message/rfc822")])
def test_a_report_that_names_no_mail_of_ours_changes_nothing(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, raw: bytes
) -> None:
    send(mail(cast.owner))
    arrives(graph_api, raw)
    assert look_for_bounces() == 0


def test_an_old_report_is_fetched_once_and_a_fresh_one_until_its_mail_is_in_the_log(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    sent = send(mail(cast.owner))
    old = f"{datetime.now(UTC) - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    arrives(graph_api, report("<unknown@abc.test>", headers=True), receivedDateTime=old)
    EmailLog.objects.update(message_id="<not.yet@mezzofy.test>")
    arrives(graph_api, report(sent.marks["message_id"], headers=True))
    assert [look_for_bounces(), look_for_bounces()] == [0, 0]
    assert len(graph_api.calls("value$")) == 3
    EmailLog.objects.update(message_id=sent.marks["message_id"])
    assert look_for_bounces() == 1
