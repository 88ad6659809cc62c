"""Calendar, Teams and push messages, asked for in plain words and without a model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.assistant import services as assistant
from apps.assistant.choices import ApprovalStatus, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.contacts.models import Company, Contact
from apps.integrations.crypto import seal
from apps.integrations.models import Connection, Dispatch
from apps.integrations.outbox import delivering
from apps.notifications.models import Notice
from tests.conftest import Cast
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]
ZONE = ZoneInfo("Asia/Singapore")


@pytest.fixture(autouse=True)
def _no_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.integrations.tasks.deliver.delay", lambda *_: None)


@pytest.fixture
def bella() -> Contact:
    """Somebody outside the house."""
    company = Company.objects.create(name="Golden Dragon Kitchen")
    return Contact.objects.create(name="Bella Wong", email="bella@dragon.test", company=company)


@pytest.fixture
def teams(graph_api: GraphApi) -> Connection:
    """Somebody has signed in for Teams."""
    row = Connection.objects.create(
        provider="microsoft", name="Our tenant",
        settings={"tenant_id": graph_api.identity.tenant, "client_id": graph_api.identity.client_id},
        sealed=seal({"client_secret": graph_api.identity.client_secret}),
    )  # fmt: skip
    call_command("sign_in_to_teams", stdout=StringIO())
    return row


def agreed(run: Run, user: object) -> Run:
    """Approve what waits, let the run go on, and send what it left."""
    approval = Approval.objects.get(run=run, status=ApprovalStatus.PENDING)
    assistant.decide(approval=approval, user=user, decision="approve")  # type: ignore[arg-type]
    execute(run.pk)
    run.refresh_from_db()
    delivering.deliver(Dispatch.objects.latest("created_at").pk)
    return run


def tomorrow() -> datetime:
    return (timezone.now().astimezone(ZONE) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def test_the_calendar_of_a_day_is_read(cast: Cast, graph_api: GraphApi, turn: Turn) -> None:
    calendar = graph_api.add_mailbox(cast.owner.email)
    for hour, name in ((15, "Tasting *menu*"), (9, "Stand-up")):
        start, end = (f"{tomorrow():%Y-%m-%d}T{at:02}:00:00" for at in (hour, hour + 1))
        calendar.events[name] = {
            "id": name, "subject": name, "isCancelled": False, "bodyPreview": "", "webLink": "",
            "start": {"dateTime": start, "timeZone": "Asia/Singapore"},
            "end": {"dateTime": end, "timeZone": "Asia/Singapore"},
            "organizer": {"emailAddress": {"address": cast.owner.email}},
            "location": {"displayName": "Kitchen"},
            "attendees": [{"emailAddress": {"address": "john@abc.test"}}],
        }  # fmt: skip
    run = turn(cast.owner, "what is in my calendar tomorrow?")
    assert run.skill == "calendar_reading", run.text
    assert run.text.startswith(f"2 events in your calendar on {tomorrow():%A}")
    assert run.text.index("09:00–10:00 Stand-up") < run.text.index(r"15:00–16:00 Tasting \*menu\*, Kitchen")
    assert "with john@abc.test" in run.text
    assert "you are free" in turn(cast.owner, "what is in my calendar the day after tomorrow?").text


def test_a_meeting_is_booked_with_who_is_meant(
    cast: Cast, graph_api: GraphApi, turn: Turn, bella: Contact
) -> None:
    graph_api.add_mailbox(cast.owner.email)
    run = turn(cast.owner, "book a meeting with Bella tomorrow at 3pm for 30 minutes")
    assert run.skill == "calendar_booking", run.text
    assert run.status == RunStatus.WAITING_APPROVAL, run.text
    run = agreed(run, cast.owner)
    assert "“Meeting with Bella Wong” goes into your calendar" in run.text
    [event] = graph_api.events()
    day = f"{tomorrow():%Y-%m-%d}"
    assert (event["start"]["dateTime"], event["end"]["dateTime"]) == (f"{day}T15:00:00", f"{day}T15:30:00")
    assert [one["emailAddress"]["address"] for one in event["attendees"]] == ["bella@dragon.test"]


def test_the_time_is_asked_for_and_the_answer_goes_on(
    cast: Cast, graph_api: GraphApi, turn: Turn, bella: Contact
) -> None:
    asked = turn(cast.owner, "schedule a call with Golden Dragon Kitchen")
    assert asked.text.startswith("When?")
    run = turn(cast.owner, "tomorrow at 10:00", conversation=asked.conversation)
    approval = Approval.objects.get(run=run)
    assert approval.arguments["start"].endswith("T10:00:00")
    assert approval.arguments["subject"] == "Call with Bella Wong"


def test_two_people_of_a_name_are_told_apart_before_anybody_is_invited(
    cast: Cast, graph_api: GraphApi, turn: Turn, bella: Contact
) -> None:
    Contact.objects.create(name="Bella Lim", email="lim@kopi.test")
    run = turn(cast.owner, "book a meeting with Bella tomorrow at 3pm")
    assert "Which Bella do you mean?" in run.text
    assert "lim@kopi.test" in run.text
    assert (
        "I know nobody called Zoltan" in turn(cast.owner, "book a meeting with Zoltan tomorrow at 3pm").text
    )
    assert not Approval.objects.exists()


def test_a_reminder_is_an_event_of_ones_own(cast: Cast, graph_api: GraphApi, turn: Turn) -> None:
    graph_api.add_mailbox(cast.owner.email)
    agreed(turn(cast.owner, "remind me tomorrow at 9am to call the bank"), cast.owner)
    [event] = graph_api.events()
    assert (event["subject"], event["attendees"]) == ("Reminder: call the bank", [])


def test_a_message_is_posted_to_a_channel_named_in_passing(
    cast: Cast, graph_api: GraphApi, teams: Connection, turn: Turn
) -> None:
    run = turn(cast.owner, "post “We won ABC Restaurant Group” to the sales channel in Teams")
    assert run.skill == "teams_post", run.text
    run = agreed(run, cast.owner)
    assert "The message to **sales** is in the [outbox]" in run.text
    assert "<p>We won ABC Restaurant Group</p>" in graph_api.posted[0]["body"]["content"]


def test_a_channel_that_is_not_named_is_asked_for(
    cast: Cast, graph_api: GraphApi, teams: Connection, turn: Turn
) -> None:
    asked = turn(cast.owner, "post “Lunch is at noon” on Teams")
    assert asked.text.startswith("Which channel?")
    run = turn(cast.owner, "Sales/General", conversation=asked.conversation)
    assert Approval.objects.get(run=run).arguments == {"channel": "Sales/General", "body": "Lunch is at noon"}


def test_a_push_message_goes_to_a_colleague_and_to_nobody_outside(
    cast: Cast, turn: Turn, bella: Contact
) -> None:
    name = cast.colleague.name.split()[0]
    run = turn(cast.owner, f"send a push message to {name}: the client is here")
    assert run.skill == "push_message", run.text
    run = agreed(run, cast.owner)
    assert "left it as a notice" in run.text or "left as a notice" in run.text
    notice = Notice.objects.get(recipient=cast.colleague, key__startswith="push:")
    assert notice.body == "the client is here"
    assert "is no colleague" in turn(cast.owner, "send a push message to Bella Wong: hello").text


@pytest.mark.parametrize(
    ("words", "skill", "sentence"),
    [
        ("what is in my calendar tomorrow?", "calendar_reading", "Microsoft 365 is not connected."),
        (
            "put a meeting into my calendar tomorrow at 3pm",
            "calendar_booking",
            "Microsoft 365 is not connected.",
        ),
        ("post “We won” to the sales channel in Teams", "teams_post", "Microsoft 365 is not connected."),
        ("read my new mails", "mail_reading", "Microsoft 365 is not connected."),
        ("reply to the mail of Bella", "mail_answer", "Microsoft 365 is not connected."),
    ],
)
def test_without_a_connection_they_say_so_and_who_mends_it(
    cast: Cast, turn: Turn, words: str, skill: str, sentence: str
) -> None:
    run = turn(cast.owner, words)
    assert run.skill == skill, run.text
    assert sentence in run.text
    assert "House → Connections" in run.text
    assert not Approval.objects.exists()
