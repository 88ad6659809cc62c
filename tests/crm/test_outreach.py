"""A mail to a lead, from a person's words to the timeline."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.assistant import services as assistant
from apps.assistant.choices import ApprovalStatus, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.audit.models import EmailLog
from apps.core.errors import Invalid
from apps.crm import outreach
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.models import Activity, LeadRun
from apps.crm.outreach.reading import markdown_of
from apps.crm.timeline import timeline
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering
from apps.knowledge import selectors as knowledge
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
from tests.standins.graph_api import GraphApi
from tests.standins.graph_fixtures import SHARED
from tests.standins.messages_api import Call, MessagesApi, Reply

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]


@pytest.fixture(autouse=True)
def _no_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.integrations.tasks.deliver.delay", lambda *_: None)


def agree(run: Run, user: object, **options: object) -> Run:
    """Approve what waits, and let the run go on."""
    approval = Approval.objects.get(run=run, status=ApprovalStatus.PENDING)
    assistant.decide(approval=approval, user=user, decision="approve", **options)  # type: ignore[arg-type]
    execute(run.pk)
    run.refresh_from_db()
    return run


def test_a_mail_is_drafted_agreed_sent_and_stands_on_the_timeline_once(
    cast: Cast, turn: Turn, graph_api: GraphApi
) -> None:
    lead = LeadFactory(
        company_name="ABC Restaurant Group", contact_name="John Tan", contact_email="john@abc.test",
        industry="Restaurant", assigned_to=cast.owner, notes="Cheapskate. Wants coupons for quiet hours.",
    )  # fmt: skip
    run = turn(cast.owner, "write an outreach mail to ABC Restaurant Group")
    assert run.skill == "email_outreach", run.text
    assert run.status == RunStatus.WAITING_APPROVAL
    asked = Approval.objects.get(run=run)
    assert (asked.tool, asked.arguments["to"]) == ("send_mail", ["john@abc.test"])
    assert graph_api.sent == []
    assert not Dispatch.objects.exists()

    edited = {**asked.arguments, "subject": "Quiet hours at ABC"}
    run = agree(run, cast.owner, arguments=edited)
    assert run.status == RunStatus.COMPLETED
    assert "I drafted an introduction mail to **ABC Restaurant Group** [1] (john@abc.test)" in run.text
    assert "in the [outbox]" in run.text
    dispatch = Dispatch.objects.get()
    assert dispatch.status == DispatchStatus.QUEUED
    assert not Activity.objects.exists()

    delivering.deliver(dispatch.pk)
    [left] = graph_api.sent
    assert (left.mailbox, left.to, left.subject) == (SHARED, ["john@abc.test"], "Quiet hours at ABC")
    assert "Hello John Tan," in left.html
    assert "Digital Coupons" in left.html
    assert "Cheapskate" not in left.html
    lead.refresh_from_db()
    assert lead.status == LeadStatus.CONTACTED
    activity = Activity.objects.get(lead=lead)
    assert (activity.kind, activity.subject_line, activity.run_id) == (
        ActivityKind.EMAIL, "Quiet hours at ABC", run.pk,
    )  # fmt: skip
    assert LeadRun.objects.filter(lead=lead, run=run).exists()
    kinds = [entry.kind for entry in timeline(subject=lead, user=cast.owner).entries]
    assert kinds.count("email") == 1
    assert "mail" not in kinds


def test_told_twice_it_is_one_activity(cast: Cast, graph_api: GraphApi, turn: Turn) -> None:
    lead = LeadFactory(company_name="Kopi Corner", assigned_to=cast.owner)
    agree(turn(cast.owner, "write an outreach mail to Kopi Corner"), cast.owner)
    dispatch = Dispatch.objects.get()
    delivering.deliver(dispatch.pk)
    for _ in range(2):
        Dispatch.objects.filter(pk=dispatch.pk).update(told_at=None)
        delivering.sweep()
    assert Activity.objects.filter(lead=lead).count() == 1
    dispatch.refresh_from_db()
    assert dispatch.told_at is not None


def test_without_a_connection_the_mail_is_kept_as_a_draft_and_says_so(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(company_name="Kopi Corner", contact_email="k@kopi.test", assigned_to=cast.owner)
    run = agree(turn(cast.owner, "write an outreach mail to Kopi Corner"), cast.owner)
    assert "Microsoft 365 is not connected, so the mail was kept as a draft file." in run.text
    assert [file.name for file in run.artifacts.all()] == ["Kopi Corner and Mezzofy.eml"]
    assert EmailLog.objects.get().status == "draft"
    lead.refresh_from_db()
    assert lead.status == LeadStatus.NEW
    assert not Activity.objects.exists()


def test_declined_it_leaves_nothing(cast: Cast, turn: Turn, graph_api: GraphApi) -> None:
    LeadFactory(company_name="Kopi Corner", assigned_to=cast.owner)
    run = turn(cast.owner, "write an outreach mail to Kopi Corner")
    approval = Approval.objects.get(run=run)
    assistant.decide(approval=approval, user=cast.owner, decision="reject", note="not yet")
    execute(run.pk)
    run.refresh_from_db()
    assert "not yet" in run.text
    assert not Dispatch.objects.exists()
    assert not EmailLog.objects.exists()


def test_a_deck_goes_with_it_when_it_is_asked_for(cast: Cast, turn: Turn, graph_api: GraphApi) -> None:
    LeadFactory(company_name="Kopi Corner", assigned_to=cast.owner)
    run = turn(cast.owner, "send an email with the pitch deck to Kopi Corner")
    assert "The pitch deck goes with it." in agree(run, cast.owner).text
    delivering.deliver(Dispatch.objects.get().pk)
    [(name, content)] = graph_api.sent[0].files.items()
    assert name == "Kopi-Corner-pitch-deck.pptx"
    assert content.startswith(b"PK")


@pytest.mark.parametrize(
    ("status", "words", "subject"),
    [
        (LeadStatus.NEW, "write an outreach mail to Kopi Corner", "Kopi Corner and Mezzofy"),
        (
            LeadStatus.QUALIFIED,
            "write an outreach mail to Kopi Corner",
            "Mezzofy for Kopi Corner: a short question",
        ),
        (LeadStatus.PROPOSAL, "write an outreach mail to Kopi Corner", "Our proposal for Kopi Corner"),
        (LeadStatus.NEW, "e-mail Kopi Corner our proposal", "Our proposal for Kopi Corner"),
        (
            LeadStatus.PROPOSAL,
            "send a follow-up mail to Kopi Corner",
            "Mezzofy for Kopi Corner: a short question",
        ),
    ],
)
def test_the_letter_follows_the_words_and_else_the_stage(
    cast: Cast, turn: Turn, graph_api: GraphApi, status: str, words: str, subject: str
) -> None:
    LeadFactory(company_name="Kopi Corner", assigned_to=cast.owner, status=status)
    run = turn(cast.owner, words)
    assert Approval.objects.get(run=run).arguments["subject"] == subject, run.text


def test_a_lead_without_an_address_gets_a_sentence(cast: Cast, turn: Turn, graph_api: GraphApi) -> None:
    LeadFactory(company_name="Kopi Corner", contact_email="", assigned_to=cast.owner)
    run = turn(cast.owner, "write an outreach mail to Kopi Corner")
    assert run.status == RunStatus.COMPLETED
    assert "Kopi Corner has no e-mail address yet." in run.text
    assert not Approval.objects.exists()


def test_somebody_elses_lead_is_not_written_to(cast: Cast, turn: Turn, graph_api: GraphApi) -> None:
    LeadFactory(company_name="Kopi Corner", assigned_to=cast.colleague)
    run = turn(cast.owner, "write an outreach mail to Kopi Corner")
    assert "I found no lead" in run.text
    assert not Approval.objects.exists()


def test_a_model_writes_the_words_itself(
    cast: Cast, turn: Turn, graph_api: GraphApi, messages_api: MessagesApi
) -> None:
    lead = LeadFactory(company_name="Kopi Corner", contact_email="k@kopi.test", assigned_to=cast.owner)
    body = "Dear Kopi Corner,\n\nyour *kaya toast* deserves a stamp card."
    given = {"company": "Kopi Corner", "subject": "Kaya", "body": body}
    messages_api.reply(
        Reply(tool_calls=[Call("skill_email_outreach", given)]),
        Reply(text="It is on its way."),
    )  # fmt: skip
    run = turn(cast.owner, "write an outreach mail to Kopi Corner about kaya toast")
    assert Approval.objects.get(run=run).arguments["body"] == body
    run = agree(run, cast.owner)
    assert run.text.endswith("It is on its way.")
    delivering.deliver(Dispatch.objects.get().pk)
    assert graph_api.sent[0].subject == "Kaya"
    assert "<em>kaya toast</em>" in graph_api.sent[0].html
    assert Activity.objects.get(lead=lead).subject_line == "Kaya"


def test_a_mail_without_a_lead_finds_the_only_one_with_its_address(cast: Cast, graph_api: GraphApi) -> None:
    from apps.integrations.services import send_mail

    lead = LeadFactory(contact_email="john@abc.test", assigned_to=cast.owner)
    LeadFactory(contact_email="john@abc.test", assigned_to=cast.colleague)
    for key in ("one", "two"):
        dispatch = send_mail(
            user=cast.owner, to=["john@abc.test"], subject=key, body_html="x", body_text="x", key=key
        )
        delivering.deliver(dispatch.pk)
        LeadFactory(contact_email="john@abc.test", assigned_to=cast.owner)
    assert [row.subject_line for row in Activity.objects.all()] == ["one"]
    assert Activity.objects.get().lead == lead


def test_a_bounced_mail_shows_again_as_one(cast: Cast, graph_api: GraphApi, turn: Turn) -> None:
    lead = LeadFactory(company_name="Kopi Corner", assigned_to=cast.owner)
    agree(turn(cast.owner, "write an outreach mail to Kopi Corner"), cast.owner)
    delivering.deliver(Dispatch.objects.get().pk)
    EmailLog.objects.update(status="bounced")
    entries = timeline(subject=lead, user=cast.owner).entries
    assert [entry.tone for entry in entries if entry.kind == "mail"] == ["bad"]


def test_a_proposal_says_the_prices_of_the_price_book(cast: Cast) -> None:
    lead = LeadFactory(company_name="Kopi Corner", assigned_to=cast.owner, notes="loyalty and coupons")
    from django.utils import timezone

    made = outreach.draft(lead=lead, user=cast.owner, now=timezone.now(), letter="proposal")
    book = knowledge.pricing()
    plan = next(plan for plan in book.plans if f"**{plan.name} for Kopi Corner**" in made.body)
    assert f"{plan.annual:,.0f}" in made.body
    assert f"{book.currency} {plan.annual + plan.setup_fee:,.0f}" in made.body
    assert book.tax_note in made.body
    assert Decimal(plan.annual) > 0


def test_a_lead_without_an_address_has_no_draft(cast: Cast) -> None:
    from django.utils import timezone

    with pytest.raises(Invalid, match="no e-mail address"):
        outreach.draft(lead=LeadFactory(contact_email=""), user=cast.owner, now=timezone.now())


def test_html_of_letters_becomes_markdown() -> None:
    page = """<html><body><div style="display:none">hidden</div><table><tr><td>● mezzofy</td></tr><tr><td>
      <p>Hello A_B &amp; <strong>you</strong>,</p><table><tr><td>•</td><td>one</td></tr><tr><td>•</td>
      <td>two</td></tr></table><table><tr><td>Plan</td><td>SGD 1</td></tr></table>
      <p><a href="https://x.test/">Meet</a> <a href="javascript:x">Bad</a></p></td></tr>
      <tr><td>me@x.test<br>Reply no thanks<br>© 2026</td></tr></table></body></html>"""
    assert markdown_of(page, without=("●", "©", "me@x.test")) == (
        "Hello A\\_B & **you**,\n\n- one\n- two\n\n| | |\n|---|--:|\n| Plan | SGD 1 |\n\n"
        "[Meet](https://x.test/) Bad\n\nReply no thanks"
    )
