"""What a letter claims is on record, what stands between us is not written over, and who agrees is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.assistant.models import Approval, Run, RunEvent
from apps.assistant.tools.mail import preview_mail
from apps.audit.choices import EmailStatus
from apps.crm import outreach
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.services.activities import log_activity
from apps.crm.timeline import timeline
from apps.crm.tools import build_proposal, draft_outreach
from apps.knowledge import selectors as knowledge
from tests.conftest import Cast
from tests.factories.crm import CompanyFactory, LeadFactory
from tests.factories.outside import EmailLogFactory
from tests.tool_bench import BenchContext

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
Turn = Callable[..., Run]


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """A lead of a company, which support may know, too."""
    return LeadFactory(
        company_name="Kopi Corner", company=CompanyFactory(name="Kopi Corner"), contact_name="Mei Tan",
        contact_email="mei@kopi.test", industry="Café", location="Singapore", assigned_to=cast.owner,
        status=LeadStatus.PROPOSAL, last_contacted=None, follow_up_date=None, notes="coupons",
    )  # fmt: skip


def said(run: Run) -> str:
    """What stands in the chat while the run waits for somebody's yes."""
    shown = RunEvent.objects.filter(run=run, type="text.delta").order_by("seq")
    return "".join(event.payload["text"] for event in shown)


def draft(cast: Cast, lead: Lead, **options: Any) -> outreach.Draft:
    return outreach.draft(lead=lead, user=cast.owner, now=NOW, **options)


def spoke(cast: Cast, lead: Lead) -> None:
    log_activity(actor=cast.owner, subject=lead, kind="call", at=NOW - timedelta(days=3))
    Lead.objects.filter(pk=lead.pk).update(status=LeadStatus.PROPOSAL)
    lead.refresh_from_db()


CLAIMS = {
    "en": "our proposal",
    "zh": "我们的方案",
    "zh-Hant": "我們的方案",
    "ms": "cadangan kami",
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", CLAIMS)
def test_a_proposal_is_spoken_of_only_when_there_is_one(cast: Cast, lead: Lead, language: Any) -> None:
    spoke(cast, lead)
    wanted = "zh-Hans" if language == "zh" else language
    assert CLAIMS[language] not in draft(cast, lead, letter="followup", language=wanted).body
    build_proposal(BenchContext(cast.owner), company="Kopi Corner", plan="starter", format="md")
    assert CLAIMS[language] in draft(cast, lead, letter="followup", language=wanted).body


@pytest.mark.django_db
def test_a_proposal_that_was_mailed_counts_and_one_that_was_not_sent_does_not(cast: Cast, lead: Lead) -> None:
    spoke(cast, lead)
    mail = EmailLogFactory(
        recipients=["mei@kopi.test"], subject="Our proposal for Kopi Corner", status=EmailStatus.DRAFT
    )
    assert "our proposal" not in draft(cast, lead, letter="followup").body
    mail.status = EmailStatus.SENT
    mail.save()
    assert "our proposal" in draft(cast, lead, letter="followup").body


@pytest.mark.django_db
def test_nobody_is_said_to_have_asked_for_a_proposal_because_of_a_stage(cast: Cast, lead: Lead) -> None:
    body = draft(cast, lead).body
    assert "Our proposal" in draft(cast, lead).subject
    assert "asked us" not in body
    assert "may find it useful" in body
    spoke(cast, lead)
    assert "we are in conversation with Kopi Corner" in draft(cast, lead, letter="proposal").body


@pytest.mark.django_db
def test_a_price_that_begins_somewhere_is_said_so(cast: Cast, lead: Lead) -> None:
    ctx = BenchContext(cast.owner)
    made = build_proposal(ctx, company="Kopi Corner", plan="enterprise", format="md")
    assert [row[2] for row in made.prices] == [
        "from SGD 19,000.00",
        "from SGD 5,000.00",
        "from SGD 24,000.00",
    ]
    told = draft_outreach(ctx, lead_id=str(lead.pk), letter="proposal", proposal_id=made.artifact_id)
    assert "from SGD 24,000.00" in told.body
    assert "from SGD 5,000.00" in told.body
    assert f"Attached: {made.file_name}".replace("_", "\\_") in told.body
    growth = build_proposal(ctx, company="Kopi Corner", plan="growth", format="md")
    assert not any("from" in cell for row in growth.prices for cell in row)


COMPLAINTS = [
    "They complain that vouchers cannot be redeemed.",
    "Very unhappy about the till",
    "客户投诉核销太慢",
    "客戶投訴核銷太慢",
    "Pelanggan membuat aduan tentang baucar",
]


@pytest.mark.django_db
@pytest.mark.parametrize("note", COMPLAINTS)
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", "ms"])
def test_nothing_is_sold_over_an_open_complaint_of_the_company(
    cast: Cast, lead: Lead, note: str, language: Any
) -> None:
    log_activity(actor=cast.owner, subject=lead.company, kind="note", note=note, at=NOW - timedelta(days=2))
    made = draft(cast, lead, language=language)
    assert made.aim == "settle"
    assert not any(product.name in made.body for product in knowledge.products())
    assert note not in made.body
    assert made.complaint is not None
    assert made.complaint.note == note
    assert "complaint of 18 November" in made.because


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("later", "is_open"),
    [
        ("Solved, they are happy again", False),
        ("已解决", False),
        ("Not resolved yet", True),
        ("Called back", True),
    ],
)
def test_a_settled_complaint_stands_in_nobodys_way(cast: Cast, lead: Lead, later: str, is_open: bool) -> None:
    log_activity(
        actor=cast.owner, subject=lead.company, kind="call", note="A complaint", at=NOW - timedelta(days=2)
    )
    log_activity(actor=cast.owner, subject=lead.company, kind="note", note=later, at=NOW - timedelta(days=1))
    assert (draft(cast, lead).complaint is not None) is is_open


@pytest.mark.django_db
def test_a_complaint_of_long_ago_or_of_another_company_is_none(cast: Cast, lead: Lead) -> None:
    log_activity(
        actor=cast.owner, subject=lead.company, kind="note", note="A complaint", at=NOW - timedelta(days=90)
    )
    log_activity(actor=cast.owner, subject=CompanyFactory(), kind="note", note="A complaint", at=NOW)
    assert draft(cast, lead).complaint is None


@pytest.mark.django_db
def test_what_was_written_down_about_the_company_is_on_the_leads_timeline(cast: Cast, lead: Lead) -> None:
    assert lead.company is not None
    log_activity(actor=cast.owner, subject=lead.company, kind="note", note="They complain.")
    log_activity(actor=cast.owner, subject=CompanyFactory(), kind="note", note="Of another company.")
    entries = timeline(subject=lead, user=cast.owner).entries
    [entry] = [entry for entry in entries if entry.kind == "note"]
    assert (entry.body, entry.about) == ("They complain.", "Kopi Corner")


@pytest.mark.django_db
def test_who_may_not_see_companies_does_not_see_it(
    cast: Cast, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lead.company is not None
    log_activity(actor=cast.owner, subject=lead.company, kind="note", note="They complain.")
    may = type(cast.owner).has_perm
    monkeypatch.setattr(
        type(cast.owner),
        "has_perm",
        lambda self, right, obj=None: right != "contacts.view_company" and may(self, right, obj),
    )
    assert not [entry for entry in timeline(subject=lead, user=cast.owner).entries if entry.kind == "note"]
    assert draft(cast, lead).complaint is None


@pytest.mark.django_db(transaction=True)
def test_the_rep_is_told_of_the_complaint_and_the_customer_is_not(cast: Cast, lead: Lead, turn: Turn) -> None:
    log_activity(actor=cast.manager, subject=lead.company, kind="call", note="A complaint: *slow* till")
    run = turn(cast.owner, "send a follow-up mail to Kopi Corner")
    assert "**A complaint is not settled yet.**" in said(run)
    assert r"A complaint: \*slow\* till. So it sells nothing." in said(run)
    assert "slow" not in Approval.objects.get(run=run).arguments["body"]
    run = turn(cast.owner, "write an introduction mail to Kopi Corner")
    assert "This mail does not mention it" in said(run)


@pytest.mark.django_db(transaction=True)
def test_other_mails_to_the_same_person_that_wait_are_named(cast: Cast, lead: Lead, turn: Turn) -> None:
    first = turn(cast.owner, "send a follow-up mail to Kopi Corner")
    assert "for approval" not in said(first)
    second = turn(cast.owner, "send a follow-up mail to Kopi Corner")
    assert "**1 other mail to mei@kopi.test waits for approval.**" in said(second)
    third = turn(cast.owner, "send a follow-up mail to Kopi Corner")
    assert "**2 other mails to mei@kopi.test wait for approval.**" in said(third)
    asked = Approval.objects.get(run=third)
    assert "2 other mails to the same address wait for approval." in asked.preview["warnings"]


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_one_may_not_see_is_not_counted(cast: Cast, lead: Lead, turn: Turn) -> None:
    turn(cast.owner, "send a follow-up mail to Kopi Corner")
    hers = preview_mail(BenchContext(cast.colleague), to=["MEI@kopi.test"], subject="x", body="Hello")
    assert not any("wait" in warning for warning in hers.warnings)
    his = preview_mail(BenchContext(cast.owner), to=["MEI@kopi.test"], subject="x", body="Hello")
    assert "1 other mail to the same address waits for approval." in his.warnings
