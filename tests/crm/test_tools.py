"""What the assistant can do with leads, tool by tool."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.services import start_run
from apps.assistant.toolkit import ToolError, tools
from apps.core.errors import Conflict, DomainError, Forbidden, Invalid
from apps.crm import pipeline, selectors
from apps.crm import tools as crm_tools
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models import Activity, Lead, LeadFile, LeadRun, LeadTally, Stage, Task
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db

Context = Callable[[User], Any]


@pytest.fixture
def bench(context: Context) -> Callable[[User], Any]:
    """A context of a run that is kept."""

    def make(user: User) -> Any:
        ctx = context(user)
        ctx.run_id = start_run(user=user, body="about a lead", ring=False).pk
        return ctx

    return make


def set_chances(**chances: int) -> None:
    """The probabilities of stages; the rows themselves are gone after tests that empty the database."""
    for order, (status, chance) in enumerate(chances.items(), start=1):
        Stage.objects.filter(status=status).delete()
        Stage.objects.create(status=status, order=100 + order, probability=chance)


@pytest.fixture
def lead(cast: Cast) -> Lead:
    """The owner's new lead."""
    return LeadFactory(company_name="Golden Dragon Kitchen", assigned_to=cast.owner)


def test_a_tool_that_is_about_one_lead_keeps_the_run_with_it(cast: Cast, bench: Context, lead: Lead) -> None:
    calls: list[Callable[[Any, str], object]] = [
        lambda ctx, pk: crm_tools.update_lead(ctx, lead_id=pk, notes="x"),
        lambda ctx, pk: crm_tools.move_lead_stage(ctx, lead_id=pk, status=LeadStatus.CONTACTED),
        lambda ctx, pk: crm_tools.schedule_follow_up(ctx, lead_id=pk, day=date(2026, 3, 1)),
        lambda ctx, pk: crm_tools.log_activity(ctx, lead_id=pk, kind=ActivityKind.CALL),
        lambda ctx, pk: crm_tools.add_task(ctx, lead_id=pk, title="Ring", due_at=timezone.now()),
        lambda ctx, pk: crm_tools.lead_timeline(ctx, lead_id=pk),
        lambda ctx, _: crm_tools.find_leads(ctx, query="dragon"),
        lambda ctx, _: crm_tools.build_pitch_deck(ctx, company="Golden Dragon Kitchen"),
    ]
    for call in calls:
        ctx = bench(cast.owner)
        call(ctx, str(lead.pk))
        assert LeadRun.objects.filter(lead=lead, run_id=ctx.run_id).count() == 1
    ctx = bench(cast.owner)
    made = crm_tools.create_lead(ctx, company_name="Fresh Bakery")
    assert LeadRun.objects.get(run_id=ctx.run_id).lead_id == UUID(made.id)


def test_a_list_of_leads_is_not_about_each_of_them(cast: Cast, bench: Context) -> None:
    LeadFactory.create_batch(2, assigned_to=cast.owner)
    crm_tools.list_open_leads(bench(cast.owner))
    assert not LeadRun.objects.exists()


def test_only_what_is_given_is_changed(cast: Cast, context: Context, lead: Lead) -> None:
    Lead.objects.filter(pk=lead.pk).update(value=500, follow_up_date=date(2026, 1, 5), industry="F&B")
    found = crm_tools.update_lead(
        context(cast.owner),
        lead_id=str(lead.pk),
        contact_name="Mei Tan",
        value=Decimal("1200.50"),
        expected_close=date(2026, 6, 30),
        clear=("follow_up_date",),
    )
    lead.refresh_from_db()
    assert (lead.contact_name, lead.value, lead.industry) == ("Mei Tan", Decimal("1200.50"), "F&B")
    assert (lead.expected_close, lead.follow_up_date) == (date(2026, 6, 30), None)
    assert (found.contact, found.citation.url) == ("Mei Tan", lead.admin_url)


def test_a_manager_gives_a_lead_to_somebody_who_works_with_leads(
    cast: Cast, context: Context, lead: Lead
) -> None:
    ctx, pk = context(cast.manager), str(lead.pk)
    assert crm_tools.update_lead(ctx, lead_id=pk, owner_email=cast.colleague.email).owner
    lead.refresh_from_db()
    assert lead.assigned_to == cast.colleague
    with pytest.raises(ToolError, match="works with leads"):
        crm_tools.update_lead(ctx, lead_id=pk, owner_email=cast.outsider.email)


def test_a_rep_gives_no_lead_away(cast: Cast, context: Context, lead: Lead) -> None:
    with pytest.raises(Forbidden):
        crm_tools.update_lead(
            context(cast.owner), lead_id=str(lead.pk), owner_email=cast.colleague.email, notes="take it"
        )
    lead.refresh_from_db()
    assert (lead.assigned_to, lead.notes) == (cast.owner, "")


def test_a_step_that_is_not_allowed_names_those_that_are(cast: Cast, context: Context, lead: Lead) -> None:
    with pytest.raises(Conflict) as refused:
        crm_tools.move_lead_stage(context(cast.owner), lead_id=str(lead.pk), status=LeadStatus.CLOSED_WON)
    assert "Contacted" in refused.value.detail
    assert "Lost" in refused.value.detail
    assert "Proposal" not in refused.value.detail


def test_losing_a_lead_needs_the_reason(cast: Cast, context: Context, lead: Lead) -> None:
    ctx, pk = context(cast.owner), str(lead.pk)
    with pytest.raises(Invalid) as refused:
        crm_tools.move_lead_stage(ctx, lead_id=pk, status=LeadStatus.CLOSED_LOST)
    assert refused.value.code == "lost_reason_required"
    found = crm_tools.move_lead_stage(
        ctx, lead_id=pk, status=LeadStatus.CLOSED_LOST, lost_reason=LostReason.PRICE
    )
    lead.refresh_from_db()
    assert (found.status, lead.lost_reason) == ("closed_lost", "price")


def test_a_logged_call_is_kept_with_its_run_and_moves_a_new_lead_on(
    cast: Cast, bench: Context, lead: Lead
) -> None:
    ctx = bench(cast.owner)
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    found = crm_tools.log_activity(
        ctx, lead_id=str(lead.pk), kind=ActivityKind.CALL, note="Wants a demo", at=at
    )
    activity = Activity.objects.get()
    assert (activity.kind, activity.note, activity.occurred_at) == ("call", "Wants a demo", at)
    assert (activity.by, activity.run_id) == (cast.owner, ctx.run_id)
    assert (found.status, found.last_contacted) == ("contacted", at)


def test_a_note_is_no_contact(cast: Cast, context: Context, lead: Lead) -> None:
    found = crm_tools.log_activity(
        context(cast.owner), lead_id=str(lead.pk), kind=ActivityKind.NOTE, note="Closed on Mondays"
    )
    assert (found.status, found.last_contacted) == ("new", None)


def test_times_need_their_zone(cast: Cast, context: Context, lead: Lead) -> None:
    ctx, pk, naive = context(cast.owner), str(lead.pk), datetime(2026, 1, 5, 9)
    with pytest.raises(ToolError, match="time zone"):
        crm_tools.log_activity(ctx, lead_id=pk, kind=ActivityKind.CALL, at=naive)
    with pytest.raises(ToolError, match="time zone"):
        crm_tools.add_task(ctx, lead_id=pk, title="Ring", due_at=timezone.now(), remind_at=naive)
    assert not Activity.objects.exists()
    assert not Task.objects.exists()


def test_a_task_is_the_users_own(cast: Cast, context: Context, lead: Lead) -> None:
    due = timezone.now() + timedelta(days=2)
    added = crm_tools.add_task(context(cast.owner), lead_id=str(lead.pk), title=" Send prices ", due_at=due)
    task = Task.objects.get()
    assert (task.assigned_to, task.lead, task.title, task.due_at) == (cast.owner, lead, "Send prices", due)
    assert (added.id, added.lead.id) == (str(task.pk), str(lead.pk))


def test_the_timeline_is_read_on_from_where_it_ended(cast: Cast, context: Context, lead: Lead) -> None:
    ctx, pk = context(cast.owner), str(lead.pk)
    now = timezone.now()
    for minutes in (30, 20, 10):
        crm_tools.log_activity(
            ctx,
            lead_id=pk,
            kind=ActivityKind.CALL,
            note=f"{minutes} minutes ago",
            at=now - timedelta(minutes=minutes),
        )
    first = crm_tools.lead_timeline(ctx, lead_id=pk, limit=2)
    rest = crm_tools.lead_timeline(ctx, lead_id=pk, before=first.before)
    both = [*first.happenings, *rest.happenings]
    calls = [entry.body or entry.title for entry in both if entry.kind == "call"]
    assert [text.split()[0] for text in calls] == ["10", "20", "30"]
    assert (len(first.happenings), rest.before) == (2, "")
    assert first.lead.id == pk


def test_the_same_company_is_found_however_it_is_spelt(cast: Cast, context: Context, lead: Lead) -> None:
    found = crm_tools.find_duplicates(context(cast.owner), company="golden dragon kitchens pte ltd")
    assert [known.label for known in found] == [str(lead)]
    assert found[0].citation is not None
    assert found[0].citation.url == lead.admin_url
    assert found[0].reasons


def test_of_a_colleagues_lead_only_that_it_is_the_same_is_told(
    cast: Cast, context: Context, lead: Lead
) -> None:
    found = crm_tools.find_duplicates(context(cast.colleague), email=lead.contact_email)
    assert [(known.label, known.citation) for known in found] == [("", None)]
    assert not crm_tools.find_duplicates(context(cast.colleague), company=lead.company_name)


def test_a_deck_is_filed_under_its_lead(cast: Cast, context: Context, lead: Lead) -> None:
    ctx = context(cast.owner)
    deck = crm_tools.build_pitch_deck(ctx, company="Golden Dragon Kitchen")
    link = LeadFile.objects.get()
    assert (link.lead, str(link.artifact_id), link.by) == (lead, deck.artifact_id, cast.owner)
    crm_tools.build_pitch_deck(ctx, company="Nobody we know")
    assert LeadFile.objects.count() == 1


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
def test_somebody_elses_lead_does_not_exist(cast: Cast, context: Context, lead: Lead, who: str) -> None:
    ctx, pk = context(getattr(cast, who)), str(lead.pk)
    calls: list[Callable[[], object]] = [
        lambda: crm_tools.update_lead(ctx, lead_id=pk, notes="mine"),
        lambda: crm_tools.move_lead_stage(ctx, lead_id=pk, status=LeadStatus.CONTACTED),
        lambda: crm_tools.log_activity(ctx, lead_id=pk, kind=ActivityKind.NOTE, note="mine"),
        lambda: crm_tools.add_task(ctx, lead_id=pk, title="Ring", due_at=timezone.now()),
        lambda: crm_tools.lead_timeline(ctx, lead_id=pk),
    ]
    for call in calls:
        with pytest.raises(DomainError, match="There is no such lead"):
            call()
    assert not Activity.objects.exists()
    assert not LeadRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("update_lead", {"owner", "colleague", "manager", "admin"}),
        ("move_lead_stage", {"owner", "colleague", "manager", "admin"}),
        ("lead_timeline", {"owner", "colleague", "manager", "admin"}),
        ("find_duplicates", {"owner", "colleague", "manager", "admin"}),
    ],
)
def test_a_tool_is_there_for_those_whose_rights_hold_it(cast: Cast, name: str, allowed: set[str]) -> None:
    found = tools.get(name)
    assert found is not None
    people = ("owner", "colleague", "manager", "outsider", "executive", "admin")
    assert {who for who in people if found.allowed(getattr(cast, who))} == allowed


class TestFinding:
    """Words, exact names, and how many."""

    def test_words_are_found_by_their_beginnings_in_any_order(self, cast: Cast, lead: Lead) -> None:
        LeadFactory(company_name="Golden Lotus", assigned_to=cast.owner)
        for words in ("dra gold", "GOLDEN kitchen", lead.contact_email, lead.contact_email.split("@")[1]):
            page = selectors.find_leads(user=cast.owner, now=timezone.now(), query=words)
            assert str(lead.pk) in {row.id for row in page.rows}
        page = selectors.find_leads(user=cast.owner, now=timezone.now(), query="agon")
        assert (page.total, page.rows) == (0, [])

    def test_a_company_of_exactly_that_name_comes_first_and_once(self, cast: Cast) -> None:
        for name in ("ABC Group", "ABC Pte. Ltd.", "ABC Kitchen"):
            LeadFactory(company_name=name, assigned_to=cast.owner)
        page = selectors.find_leads(user=cast.owner, now=timezone.now(), query="abc")
        assert [row.company for row in page.rows] == ["ABC Pte. Ltd.", "ABC Kitchen", "ABC Group"]
        assert page.total == 3

    def test_the_legal_form_does_not_hide_a_company(self, cast: Cast) -> None:
        LeadFactory(company_name="ABC", assigned_to=cast.owner)
        page = selectors.find_leads(user=cast.owner, now=timezone.now(), query="ABC Pte Ltd")
        assert [row.company for row in page.rows] == ["ABC"]

    @pytest.mark.parametrize(("there", "total", "is_capped"), [(4, 4, False), (5, 5, False), (6, 5, True)])
    def test_counting_ends_where_nobody_needs_to_know(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, there: int, total: int, is_capped: bool
    ) -> None:
        monkeypatch.setattr(selectors, "MAX_COUNT", 5)
        LeadFactory.create_batch(there, company_name="Golden Wok", assigned_to=cast.owner)
        page = selectors.find_leads(user=cast.owner, now=timezone.now(), query="golden", limit=2)
        assert (page.total, page.is_capped, len(page.rows)) == (total, is_capped, 2)

    def test_the_furthest_stage_comes_first_then_the_highest_value(self, cast: Cast) -> None:
        for status, value in (("new", 900), ("proposal", None), ("proposal", 10), ("proposal", 20)):
            LeadFactory(status=status, value=value, assigned_to=cast.owner)
        LeadFactory(won=True, assigned_to=cast.owner)
        page = selectors.open_leads(user=cast.owner, now=timezone.now(), limit=3)
        assert [row.value for row in page.rows] == [20, 10, None]
        assert page.total == 4


class TestSums:
    """The running totals tell the same as the rows."""

    def test_the_forecast_weighs_values_by_the_chance_of_their_stage(self, cast: Cast) -> None:
        set_chances(new=10, proposal=60)
        LeadFactory(status="new", value=1000, assigned_to=cast.owner)
        LeadFactory(status="proposal", value=500, assigned_to=cast.owner)
        LeadFactory(status="proposal", value=50, currency="MYR", assigned_to=cast.owner)
        LeadFactory(won=True, value=7000, assigned_to=cast.owner)
        summary = pipeline.open_sums(user=cast.owner)
        assert summary.forecast == {"SGD": Decimal("400.00"), "MYR": Decimal("30.00")}
        assert summary.total.values == {"SGD": Decimal(1500), "MYR": Decimal(50)}

    @pytest.mark.parametrize("who", ["owner", "manager", "executive", "outsider"])
    def test_totals_and_rows_agree_after_changes(self, cast: Cast, who: str) -> None:
        user = getattr(cast, who)
        for number, owner in enumerate((cast.owner, cast.colleague, None, cast.owner)):
            LeadFactory(value=100 * number or None, assigned_to=owner)
        Lead.objects.filter(value=300).update(status="qualified", value=350, assigned_to=cast.colleague)
        Lead.objects.filter(value=100).delete()
        summary = pipeline.open_sums(user=user)
        everything = pipeline.stale_sums(
            user=user, now=timezone.now() + timedelta(days=1), after=timedelta(0)
        )
        assert summary == everything
        assert all(owner.count for owner in summary.owners)

    def test_leads_are_not_counted_one_by_one(
        self, cast: Cast, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        LeadFactory.create_batch(3, assigned_to=cast.owner)
        LeadTally.objects.update(leads=1_000_000)
        cast.manager.has_perm("crm.view_lead")
        with django_assert_max_num_queries(3):
            assert pipeline.open_sums(user=cast.manager).total.count >= 1_000_000
