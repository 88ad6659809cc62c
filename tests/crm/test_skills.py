"""The sales skills from a person's words to the answer, offline, through the engine."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pptx import Presentation

from apps.artifacts.services import open_bytes
from apps.assistant import services
from apps.assistant.choices import RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.crm.choices import LeadStatus
from apps.crm.models import Activity, Lead, LeadRun, Stage
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, csv_bytes, uploaded

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[..., Run]


def answer(run: Run) -> str:
    assert run.status == RunStatus.COMPLETED, (run.error_detail, run.error_trace)
    assert run.reply is not None
    return run.reply.body


def cited(run: Run) -> list[str]:
    assert run.reply is not None
    return [citation["url"] for citation in run.reply.citations]


def test_an_attached_file_is_imported_and_reported(cast: Cast, turn: Turn) -> None:
    known = LeadFactory(company_name="Known Café", contact_email="k@known.sg", assigned_to=cast.owner)
    grid = [
        ["公司 Company", "E-mail", "Status", "Shoe size"],
        ["ABC | Group", "john@abc.sg", "contacted", "43"],
        ["Known", "k@known.sg", "", ""],
        ["Bad", "not an address", "", ""],
    ]
    run = turn(cast.owner, "import these leads", uploaded(cast.owner, grid))
    text = answer(run)
    assert run.skill == "lead_import"
    lead = Lead.objects.get(contact_email="john@abc.sg")
    assert "**1 lead imported** from leads.csv." in text
    assert "| Created | 1 |" in text
    assert "| Duplicates, left as they are | 1 |" in text
    assert "| 4 | Bad | “not an address” is not an e-mail address. |" in text
    assert "| 3 | Known | Has the same e-mail address as the lead Known Café. [2] |" in text
    assert "公司 Company → company, E-mail → e-mail, Status → status." in text
    assert "“Shoe size”" in text
    assert "ABC \\| Group [1]" in text
    assert cited(run) == [lead.admin_url, known.admin_url]
    assert [artifact.name for artifact in run.artifacts.all()] == ["leads-not-imported.csv"]


def test_a_file_that_is_no_table_gets_a_sentence(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "import these leads", uploaded(cast.owner, b"%PDF-1.7\n%", "leads.csv"))
    assert "This is a PDF, not a table." in answer(run)
    assert not Lead.objects.exists()


def test_a_rep_reads_the_own_pipeline_with_a_citation_for_each_row(cast: Cast, turn: Turn) -> None:
    own = LeadFactory(company_name="Own Kitchen", assigned_to=cast.owner, value=Decimal(12000))
    LeadFactory(company_name="Other Kitchen", assigned_to=cast.colleague, value=Decimal(500))
    LeadFactory(company_name="Lost Kitchen", assigned_to=cast.owner, lost=True)
    run = turn(cast.owner, "what's in my pipeline?")
    text = answer(run)
    assert run.skill == "pipeline_overview"
    assert "You have **1 open lead** worth **SGD 12,000**." in text
    assert "| Own Kitchen [1] |" in text
    assert "Other Kitchen" not in text
    assert "Lost Kitchen" not in text
    assert "Rep" not in text
    assert cited(run) == [own.admin_url]


def test_a_manager_reads_the_teams_pipeline_by_rep(cast: Cast, turn: Turn) -> None:
    LeadFactory(assigned_to=cast.owner, value=Decimal(1), status=LeadStatus.PROPOSAL)
    LeadFactory(assigned_to=cast.colleague, value=Decimal(2), currency="MYR")
    LeadFactory(assigned_to=None)
    text = answer(turn(cast.manager, "show me the pipeline"))
    assert "The team has **3 open leads** worth **MYR 2 + SGD 1**." in text
    assert f"| {cast.owner.name} | 1 | SGD 1 |" in text
    assert f"| {cast.colleague.name} | 1 | MYR 2 |" in text
    assert "| Nobody yet | 1 | – |" in text


def test_the_forecast_weighs_each_stage_by_its_chance(cast: Cast, turn: Turn) -> None:
    Stage.objects.update_or_create(status="proposal", defaults={"order": 4, "probability": 60})
    LeadFactory(assigned_to=cast.owner, value=Decimal("1000.50"), status=LeadStatus.PROPOSAL)
    text = answer(turn(cast.owner, "what's in my pipeline?"))
    assert "Weighted by the chance of each stage, expect **SGD 600**." in text
    assert "| Proposal | 1 | SGD 1,000.50 | 60 % | SGD 600 |" in text


def test_an_executive_reads_sums_and_no_rows(cast: Cast, turn: Turn) -> None:
    LeadFactory(company_name="Own Kitchen", assigned_to=cast.owner, value=Decimal(12000))
    run = turn(cast.executive, "how does our sales pipeline look")
    text = answer(run)
    assert "The team has **1 open lead** worth **SGD 12,000**." in text
    assert "Own Kitchen" not in text
    assert cited(run) == []


def test_stages_come_in_the_order_of_the_pipeline(cast: Cast, turn: Turn) -> None:
    for status in (LeadStatus.PROPOSAL, LeadStatus.NEW, LeadStatus.QUALIFIED, LeadStatus.CONTACTED):
        LeadFactory(assigned_to=cast.owner, status=status)
    text = answer(turn(cast.owner, "what's in my pipeline?"))
    places = [text.index(f"| {stage} | 1 |") for stage in ("New", "Contacted", "Qualified", "Proposal")]
    assert places == sorted(places)


def test_an_executive_reads_how_many_leads_are_neglected_by_whom(cast: Cast, turn: Turn) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    LeadFactory(company_name="Own Kitchen", assigned_to=cast.owner, last_contacted=long_ago)
    LeadFactory(company_name="Fresh Kitchen", assigned_to=cast.colleague, last_contacted=timezone.now())
    run = turn(cast.executive, "which leads did we not contact for two weeks?")
    text = answer(run)
    assert run.skill == "stale_leads"
    assert "**1 open lead** has had no contact for more than 14 days" in text
    assert f"| {cast.owner.name} | 1 |" in text
    assert cast.colleague.name not in text
    assert "Kitchen" not in text
    assert cited(run) == []


def test_an_outsider_is_not_told_anything(cast: Cast, turn: Turn) -> None:
    LeadFactory(company_name="Own Kitchen", assigned_to=cast.owner, value=Decimal(12000))
    run = turn(cast.outsider, "what's in my pipeline?")
    assert run.skill != "pipeline_overview"
    assert "12,000" not in answer(run)


def test_more_leads_than_fit_are_counted(cast: Cast, turn: Turn) -> None:
    LeadFactory.create_batch(23, assigned_to=cast.owner)
    run = turn(cast.owner, "what's in my pipeline?")
    assert "… and 3 more in the [list of leads](/admin/crm/lead/)." in answer(run)
    assert len(cited(run)) == 20


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("which leads did we not contact for two weeks?", {"Twenty days", "Forty days", "Never"}),
        ("leads without contact for 30 days", {"Forty days"}),
    ],
)
def test_leads_without_contact_are_found(cast: Cast, turn: Turn, words: str, found: set[str]) -> None:
    now = timezone.now()
    for name, days in {"Yesterday": 1, "Twenty days": 20, "Forty days": 40}.items():
        LeadFactory(company_name=name, last_contacted=now - timedelta(days=days), assigned_to=cast.owner)
    never = LeadFactory(company_name="Never", assigned_to=cast.owner)
    Lead.objects.filter(pk=never.pk).update(created_at=now - timedelta(days=15))
    LeadFactory(company_name="Fresh", assigned_to=cast.owner)
    won = now - timedelta(days=90)
    LeadFactory(company_name="Won", last_contacted=won, status=LeadStatus.CLOSED_WON, assigned_to=cast.owner)
    run = turn(cast.owner, words)
    assert run.skill == "stale_leads"
    assert run.reply is not None
    assert {citation["label"].split(" (")[0] for citation in run.reply.citations} == found
    assert f"**{len(found)} open lead" in answer(run)


def test_one_lead_is_shown_with_what_is_known(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(
        company_name="Golden Dragon Kitchen",
        contact_name="Mei Tan",
        contact_email="mei_tan@dragon.sg",
        notes="Likes *stamps*",
        assigned_to=cast.owner,
    )
    run = turn(cast.owner, "who is our contact at Golden Dragon Kitchen?")
    text = answer(run)
    assert "**Golden Dragon Kitchen** [1] is at the stage **New**." in text
    assert "Mei Tan, mei\\_tan@dragon.sg" in text
    assert "Likes \\*stamps\\*" in text
    assert cited(run) == [lead.admin_url]


def test_deleting_a_lead_waits_for_a_person(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)
    run = turn(cast.manager, "delete the lead Golden Dragon Kitchen")
    assert run.status == RunStatus.WAITING_APPROVAL
    assert Lead.objects.filter(pk=lead.pk).exists()
    approval = Approval.objects.get(run=run)
    assert approval.summary == "Deleting the lead Golden Dragon Kitchen"
    services.decide(approval=approval, user=cast.manager, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert "The lead **Golden Dragon Kitchen** is deleted." in answer(run)
    assert not Lead.objects.filter(pk=lead.pk).exists()


def test_nothing_is_deleted_when_it_is_not_clear_which(cast: Cast, turn: Turn) -> None:
    LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)
    LeadFactory(company_name="Golden Dragon Bar", assigned_to=cast.owner)
    run = turn(cast.manager, 'delete the lead "Golden Dragon"')
    assert "Which of these do you mean?" in answer(run)
    assert Lead.objects.count() == 2


def test_a_deck_is_made_from_what_the_crm_knows(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(
        company_name="ABC Restaurant Group",
        contact_name="John Tan",
        industry="F&B",
        notes="Interested in loyalty program",
        assigned_to=cast.owner,
    )
    run = turn(cast.owner, "create a pitch deck for ABC Restaurant Group")
    text = answer(run)
    assert run.skill == "pitch_deck_generation"
    assert "The pitch deck for **ABC Restaurant Group** is ready" in text
    assert cited(run)[0] == lead.admin_url
    artifact = run.artifacts.get()
    assert (artifact.name, artifact.kind) == ("ABC-Restaurant-Group-pitch-deck.pptx", "pptx")
    with open_bytes(artifact) as stream:
        deck = Presentation(io.BytesIO(stream.read()))
    words = " ".join(
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
    )
    assert "John Tan" in words
    assert f"{len(deck.slides)} slides" in text or "12 slides" in text


def test_a_deck_says_nothing_of_a_colleagues_lead(cast: Cast, turn: Turn) -> None:
    LeadFactory(company_name="ABC Restaurant Group", contact_name="Secret Person", assigned_to=cast.colleague)
    run = turn(cast.owner, "create a pitch deck for ABC Restaurant Group")
    assert "I know nothing of ABC Restaurant Group beyond its name" in answer(run)
    with open_bytes(run.artifacts.get()) as stream:
        deck = Presentation(io.BytesIO(stream.read()))
    words = " ".join(
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
    )
    assert "Secret" not in words


def test_the_weekly_report_is_for_those_who_may_read_it(cast: Cast, turn: Turn) -> None:
    LeadFactory(assigned_to=cast.owner)
    refused = turn(cast.owner, "create the weekly KPI report")
    assert refused.skill != "weekly_kpi_report"
    run = turn(cast.executive, "create the weekly KPI report for this week")
    text = answer(run)
    assert "| Sales | New leads | 1 | 0 |" in text
    assert run.artifacts.get().kind == "pdf"


def test_an_import_in_the_middle_of_a_crash_leaves_nothing(
    cast: Cast, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.crm.services import imports

    monkeypatch.setattr(imports, "settle", lambda: 1 / 0)
    monkeypatch.setattr(imports, "BATCH", 2)
    content = csv_bytes([["Company"], *[[f"Company {n}"] for n in range(5)]])
    run = turn(cast.owner, "import these leads", uploaded(cast.owner, content))
    assert run.status == RunStatus.FAILED
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("mark Golden Dragon Kitchen as contacted", "new", "contacted"),
        ("please move the lead Golden Dragon Kitchen to proposal", "qualified", "proposal"),
        ("we won Golden Dragon Kitchen", "proposal", "closed_won"),
        ("we lost Golden Dragon Kitchen because of the price", "contacted", "closed_lost"),
    ],
)
def test_a_lead_is_moved_by_a_sentence(cast: Cast, turn: Turn, words: str, before: str, after: str) -> None:
    lead = LeadFactory(company_name="Golden Dragon Kitchen", status=before, assigned_to=cast.owner)
    run = turn(cast.owner, words)
    lead.refresh_from_db()
    assert (run.skill, lead.status) == ("move_lead", after), answer(run)
    assert lead.lost_reason == ("price" if after == "closed_lost" else "")
    assert f"went from {LeadStatus(before).label} to **{LeadStatus(after).label}**" in answer(run)
    assert cited(run) == [lead.admin_url]
    assert LeadRun.objects.filter(lead=lead, run=run).exists()


def test_a_lead_is_not_lost_without_a_reason(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)
    run = turn(cast.owner, "mark Golden Dragon Kitchen as lost")
    lead.refresh_from_db()
    assert "Why was **Golden Dragon Kitchen** [1] lost: price, chose a competitor" in answer(run)
    assert lead.status == LeadStatus.NEW


def test_a_step_that_is_not_allowed_is_refused_with_those_that_are(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)
    text = answer(turn(cast.owner, "move Golden Dragon Kitchen to proposal"))
    lead.refresh_from_db()
    assert "Contacted, Lost" in text
    assert lead.status == LeadStatus.NEW


def test_nothing_moves_when_it_is_not_clear_which(cast: Cast, turn: Turn) -> None:
    for name in ("Golden Dragon Kitchen", "Golden Dragon Bar"):
        LeadFactory(company_name=name, assigned_to=cast.owner)
    text = answer(turn(cast.owner, 'mark "Golden Dragon" as contacted'))
    assert "Which of these do you mean?" in text
    assert set(Lead.objects.values_list("status", flat=True)) == {"new"}


def test_a_call_is_written_down_with_what_was_said(cast: Cast, turn: Turn) -> None:
    lead = LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)
    run = turn(cast.owner, "I called Golden Dragon Kitchen, they want a demo next week")
    activity = Activity.objects.get()
    assert run.skill == "log_contact", answer(run)
    assert (activity.lead, activity.kind, activity.note) == (lead, "call", "they want a demo next week")
    assert (activity.by, activity.run_id) == (cast.owner, run.pk)
    assert "The lead is at the stage **Contacted** now." in answer(run)


def test_a_colleagues_lead_is_neither_moved_nor_written_to(cast: Cast, turn: Turn) -> None:
    LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.colleague)
    for words in ("mark Golden Dragon Kitchen as contacted", "I called Golden Dragon Kitchen, no answer"):
        assert "I found no lead of Golden Dragon Kitchen" in answer(turn(cast.owner, words))
    assert Lead.objects.get().status == LeadStatus.NEW
    assert not Activity.objects.exists()
