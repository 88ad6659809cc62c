"""What the assistant may do with mails, calendars, Teams and phones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import Tool, ToolError, tools
from apps.assistant.tools.mail import preview_mail, preview_reply
from apps.core.errors import DomainError, Forbidden, Invalid, NotFound
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, uploaded
from tests.standins.graph_api import GraphApi
from tests.standins.graph_fixtures import SHARED

pytestmark = pytest.mark.django_db

OURS = (
    "send_mail", "read_mailbox", "reply_mail", "create_event", "list_events", "post_to_teams",
    "reply_in_teams", "push_notify",
)  # fmt: skip


@dataclass
class Bench:
    """What a tool sees of a run."""

    user: User
    now: datetime = field(default_factory=timezone.now)
    run_id: UUID = field(default_factory=uuid4)
    step_id: UUID = field(default_factory=uuid4)
    simulated: bool = False
    kept: list[Artifact] = field(default_factory=list)

    def attachment(self, artifact_id: str) -> Artifact:
        found = Artifact.objects.visible_to(self.user).filter(pk=artifact_id).first()
        if found is None:
            raise ToolError("There is no such file.")
        return found

    def progress(self, text: str) -> None:
        """Nobody watches."""

    def keep(self, artifact: Artifact) -> None:
        self.kept.append(artifact)


def tool(name: str) -> Tool:
    found = tools.get(name)
    assert found is not None
    return found


def call(name: str, user: User, **arguments: Any) -> Any:
    return tool(name).function(Bench(user), **arguments)


def test_all_that_leaves_the_house_is_asked_for_and_all_that_comes_in_is_a_strangers() -> None:
    for name in OURS:
        found = tool(name)
        reads = name in {"read_mailbox", "list_events"}
        assert (found.external, found.read_only, found.untrusted) == (not reads, reads, reads), name
        assert (found.preview is not None) is not reads, name
    families = {tool(name).qualified_name.partition(".")[0] for name in OURS}
    assert families == {"mail", "calendar", "teams", "push"}


def test_without_a_connection_the_tools_say_that_they_are_off(cast: Cast) -> None:
    ready = {name: tool(name).ready() for name in OURS}
    assert ready["send_mail"] == ready["push_notify"] == ""
    for name in set(OURS) - {"send_mail", "push_notify"}:
        assert "not connected" in ready[name], name


def test_teams_needs_a_person_who_signed_in(graph_api: GraphApi) -> None:
    assert tool("read_mailbox").ready() == ""
    assert "sign_in_to_teams" in tool("post_to_teams").ready()


def test_a_preview_shows_the_whole_mail_and_the_lead(cast: Cast, graph_api: GraphApi) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    file = uploaded(cast.owner, b"x", "deck.txt")
    shown = preview_mail(
        Bench(cast.owner), to=["John@abc.test"], cc=["mia@abc.test"], subject="Hi", body="*Good* morning",
        artifact_ids=[str(file.pk)], lead_id=str(lead.pk),
    )  # fmt: skip
    assert dict(shown.lines) == {
        "From": SHARED, "To": "john@abc.test", "Cc": "mia@abc.test", "Subject": "Hi", "Files": "deck.txt",
    }  # fmt: skip
    assert (shown.body, shown.body_format, shown.files) == ("*Good* morning", "markdown", [str(file.pk)])
    [touched] = shown.touches
    lead.refresh_from_db()
    assert (touched.model, touched.id, touched.version) == (
        "crm.lead",
        str(lead.pk),
        lead.updated_at.isoformat(),
    )
    assert shown.blocked == ""


def test_a_preview_warns_that_the_mail_will_only_be_kept(cast: Cast) -> None:
    shown = preview_mail(Bench(cast.owner), to=["john@abc.test"], subject="Hi", body="Hello")
    assert shown.warnings[0].endswith("The mail will be kept as a draft file.")


def test_the_brands_rules_stop_a_mail_also_where_nobody_is_asked(cast: Cast, graph_api: GraphApi) -> None:
    price = "The Growth plan costs SGD 1.00 a month."
    shown = preview_mail(Bench(cast.owner), to=["john@abc.test"], subject="Hi", body=price)
    assert shown.blocked
    with pytest.raises(ToolError, match="brand rules stop this"):
        call("send_mail", cast.owner, to=["john@abc.test"], subject="Hi", body=price)
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"to": ["john@"]}, Invalid),
        ({"to": []}, Invalid),
        ({"subject": " "}, Invalid),
        ({"body": ""}, Invalid),
        ({"to": [f"p{n}@abc.test" for n in range(51)]}, Invalid),
        ({"artifact_ids": ["theirs"]}, ToolError),
        ({"lead_id": "theirs"}, NotFound),
    ],
)
def test_what_may_not_be_sent_is_refused(
    cast: Cast, graph_api: GraphApi, change: dict[str, Any], error: type[DomainError]
) -> None:
    theirs = {
        "artifact_ids": [str(uploaded(cast.outsider, b"x", "a.txt").pk)],
        "lead_id": str(LeadFactory(assigned_to=cast.colleague).pk),
    }
    given = {"to": ["john@abc.test"], "subject": "Hi", "body": "Hello", **change}
    given |= {name: theirs[name] for name in change if name in theirs}
    if change == {"body": ""}:
        given["subject"] = ""
        error = ToolError
    with pytest.raises(error):
        call("send_mail", cast.owner, **given)
    assert not Dispatch.objects.exists()


def test_a_mail_leaves_in_the_house_dress_with_foreign_tags_as_text(cast: Cast, graph_api: GraphApi) -> None:
    body = "Hello **John**\n\n- one\n- <script>alert(1)</script>\n\n[Meet](https://mezzofy.com)"
    body += " [x](javascript:y)"
    sent = call("send_mail", cast.owner, to=["john@abc.test"], subject="Hi", body=body)
    assert (sent.status, sent.to) == ("queued", "john@abc.test")
    delivering.deliver(UUID(sent.dispatch_id))
    html = graph_api.sent[0].html
    assert "mezzofy</td>" in html
    assert "Hello <strong>John</strong>" in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'href="https://mezzofy.com"' in html
    assert 'href="javascript' not in html
    assert cast.owner.email in html


def test_the_own_inbox_is_read_and_no_other(cast: Cast, graph_api: GraphApi) -> None:
    graph_api.receive(cast.owner.email, sender="john@abc.test", subject="Prices", text="How much is it?")
    graph_api.receive(cast.owner.email, sender="mia@abc.test", subject="Menu", text="Attached.")
    graph_api.receive(cast.colleague.email, sender="x@abc.test", subject="Private", text="Secret")
    graph_api.receive(SHARED, sender="y@abc.test", subject="Shared", text="For all")
    graph_api.page_size = 1
    assert {mail.subject for mail in call("read_mailbox", cast.owner)} == {"Prices", "Menu"}
    [found] = call("read_mailbox", cast.owner, query="prices")
    assert (found.sender, found.text) == ("john@abc.test", "How much is it?")
    [whole] = call("read_mailbox", cast.owner, message_id=found.id)
    assert whole.text == "How much is it?"
    with pytest.raises(Forbidden):
        call("read_mailbox", cast.owner, mailbox="shared")
    [shared] = call("read_mailbox", cast.admin, mailbox="shared")
    assert shared.subject == "Shared"


def test_a_mail_of_another_mailbox_is_not_reached_by_its_id(cast: Cast, graph_api: GraphApi) -> None:
    graph_api.add_mailbox(cast.owner.email)
    foreign = graph_api.receive(cast.colleague.email, sender="x@abc.test", subject="Private", text="Secret")
    with pytest.raises(DomainError, match="not found"):
        call("read_mailbox", cast.owner, message_id=foreign)
    with pytest.raises(DomainError, match="not found"):
        call("reply_mail", cast.owner, message_id=foreign, body="Hello")


def test_an_answer_goes_to_who_wrote_in_the_thread(cast: Cast, graph_api: GraphApi) -> None:
    key = graph_api.receive(cast.owner.email, sender="john@abc.test", subject="Prices", text="How much?")
    shown = preview_reply(Bench(cast.owner), message_id=key, body="It depends.")
    assert dict(shown.lines)["To"] == "john@abc.test"
    sent = call("reply_mail", cast.owner, message_id=key, body="It depends.")
    delivering.deliver(UUID(sent.dispatch_id))
    [left] = graph_api.sent
    assert (left.mailbox, left.to, left.subject) == (cast.owner.email, ["john@abc.test"], "RE: Prices")
    assert left.html.index("It depends.") < left.html.index("How much?")


def test_an_answer_goes_where_its_writer_wants_it_and_a_person_sees_that_before(
    cast: Cast, graph_api: GraphApi
) -> None:
    elsewhere = [{"emailAddress": {"address": "other@evil.test"}}]
    key = graph_api.receive(
        cast.owner.email, sender="bella@abc.test", subject="Re: Prices", text="How much?", replyTo=elsewhere
    )
    shown = preview_reply(Bench(cast.owner), message_id=key, body="It depends.")
    assert dict(shown.lines)["To"] == "other@evil.test"
    assert dict(shown.lines)["Subject"] == "Re: Prices"
    assert shown.warnings[0] == "bella@abc.test wrote it, but wants answers sent elsewhere."
    sent = call("reply_mail", cast.owner, message_id=key, body="It depends.")
    graph_api.mailboxes[cast.owner.email].messages[key]["replyTo"] = []
    delivering.deliver(UUID(sent.dispatch_id))
    assert (sent.to, graph_api.sent[0].to) == ("other@evil.test", ["other@evil.test"])


def test_an_event_is_made_at_the_users_own_time_and_listed(cast: Cast, graph_api: GraphApi) -> None:
    graph_api.add_mailbox(cast.owner.email)
    start = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    made = call(
        "create_event", cast.owner, subject="Demo", start=start, end=start + timedelta(hours=1),
        attendees=["john@abc.test"], body="See you", location="Tanjong Pagar", online=True,
    )  # fmt: skip
    assert delivering.deliver(UUID(made.dispatch_id)) == DispatchStatus.SENT
    [event] = graph_api.events()
    assert event["start"] == {"dateTime": "2026-12-01T10:00:00", "timeZone": "Asia/Singapore"}
    assert (event["isOnlineMeeting"], event["location"]) == (True, {"displayName": "Tanjong Pagar"})
    [found] = call("list_events", cast.owner, start=datetime(2026, 12, 1), end=datetime(2026, 12, 2))
    assert (found.subject, found.start, found.attendees) == ("Demo", start, ["john@abc.test"])
    assert call("list_events", cast.owner, start=datetime(2026, 12, 2), end=datetime(2026, 12, 3)) == []
    with pytest.raises(ToolError):
        call("list_events", cast.owner, start=datetime(2026, 1, 1), end=datetime(2026, 12, 3))


def test_rights_are_the_users(cast: Cast, graph_api: GraphApi) -> None:
    cast.outsider.groups.clear()
    stranger = User.objects.get(pk=cast.outsider.pk)
    for name in OURS:
        assert not tool(name).allowed(stranger), name
        assert tool(name).allowed(cast.owner), name
    with pytest.raises(Forbidden):
        call("send_mail", stranger, to=["john@abc.test"], subject="Hi", body="Hello")


def test_a_push_message_without_a_connection_says_that_it_is_a_notice(cast: Cast) -> None:
    done = call("push_notify", cast.owner, title="Stock", body="low", to=cast.colleague.email)
    assert (done.status, done.to) == ("kept", cast.colleague.email)
    assert "left as a notice" in done.note
    with pytest.raises(ToolError, match="no colleague"):
        call("push_notify", cast.owner, title="Stock", body="low", to="nobody@x.test")
