"""What the page of a lead shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.services.leads import update_lead
from apps.crm.services.merging import merge
from tests.conftest import Cast
from tests.crm.pages import JSON, action_url
from tests.factories.crm import (
    ActivityFactory,
    ContactFactory,
    CustomerFactory,
    LeadFactory,
    LeadFileFactory,
    StageChangeFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
TABS = ("timeline", "tasks", "files", "runs", "related", "history", "edit")


def test_the_headline_says_where_the_lead_stands_and_what_it_is_worth(
    cast: Cast, browser_client: Enter
) -> None:
    lead = LeadFactory(
        assigned_to=cast.owner,
        company_name="Golden Dragon",
        status=LeadStatus.PROPOSAL,
        value=Decimal(20_000),
        stage_since=timezone.now() - timedelta(days=12),
    )
    page = browser_client(cast.owner).get(lead.admin_url)
    context = page.context
    assert "Golden Dragon" in page.content.decode()
    assert "SGD 20,000" in page.content.decode()
    assert context["days"] == 12
    assert context["weighted"] == Decimal(20_000) * context["lead"].probability / 100
    places = {step.status: (step.place, step.is_allowed) for step in context["steps"]}
    assert places == {
        "new": ("done", False),
        "contacted": ("done", False),
        "qualified": ("done", True),
        "proposal": ("current", False),
        "closed_won": ("ahead", True),
        "closed_lost": ("ahead", True),
    }


@pytest.mark.parametrize(
    ("task_in", "follow_up_in", "title", "is_overdue"),
    [
        (None, None, "", False),
        (2, None, "Send the menu", False),
        (-1, None, "Send the menu", True),
        (None, -1, "Follow up", True),
        (None, 0, "Follow up", False),
        (5, 3, "Follow up", False),
        (3, 5, "Send the menu", False),
    ],
)
def test_the_next_step_is_the_earliest_task_or_the_follow_up(
    cast: Cast,
    browser_client: Enter,
    task_in: int | None,
    follow_up_in: int | None,
    title: str,
    is_overdue: bool,
) -> None:
    now = timezone.now()
    with timezone.override(cast.owner.timezone):
        today = timezone.localdate(now)
    day = None if follow_up_in is None else today + timedelta(days=follow_up_in)
    lead = LeadFactory(assigned_to=cast.owner, follow_up_date=day)
    TaskFactory(lead=lead, title="Long done", due_at=now - timedelta(days=9), done_at=now)
    if task_in is not None:
        TaskFactory(lead=lead, title="Send the menu", due_at=now + timedelta(days=task_in))
    found = browser_client(cast.owner).get(lead.admin_url).context["next_step"]
    assert (found.title if found else "", bool(found and found.is_overdue)) == (title, is_overdue)


def test_every_tab_can_be_opened_by_its_address(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    for tab in TABS:
        page = client.get(lead.admin_url, {"tab": tab})
        assert page.context["opened"] == tab
        assert page.status_code == 200
    assert client.get(lead.admin_url, {"tab": "nonsense"}).context["opened"] == "timeline"


def test_a_tab_is_fetched_on_its_own(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    file = LeadFileFactory(lead=lead)
    answer = browser_client(cast.owner).get(action_url(lead, "panel", name="files"), **JSON)
    assert file.artifact.download_url in answer.json()["html"]
    assert (
        browser_client(cast.owner).get(action_url(lead, "panel", name="nonsense"), **JSON).status_code == 404
    )


def test_the_timeline_goes_on_below_and_can_be_narrowed(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    start = timezone.now() - timedelta(days=60)
    for day in range(25):
        kind = "note" if day % 5 == 0 else "call"
        ActivityFactory(
            lead=lead, kind=kind, note=f"Entry {day}.", by=cast.owner, occurred_at=start + timedelta(days=day)
        )
    client = browser_client(cast.owner)
    first = client.get(lead.admin_url).context["timeline"]
    second = client.get(lead.admin_url, {"before": first.next}).context["timeline"]
    assert (len(first.entries), len(second.entries), second.next) == (20, 5, "")
    assert not {entry.id for entry in first.entries} & {entry.id for entry in second.entries}
    notes = client.get(action_url(lead, "panel", name="timeline"), {"kind": "notes"}, **JSON).json()["html"]
    assert notes.count("data-entry=") == 5
    assert "Entry 24." not in notes


def test_a_cursor_that_is_not_ours_is_refused_kindly(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    answer = client.get(action_url(lead, "panel", name="timeline"), {"before": "x"}, **JSON)
    assert answer.status_code == 400
    assert client.get(lead.admin_url, {"before": "x"}).status_code == 302


def test_related_people_and_leads_are_those_that_one_may_see(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    company = CustomerFactory(account_manager=cast.manager).company
    Lead.objects.filter(pk=lead.pk).update(company=company)
    ContactFactory(name="Mei Tan", company=company)
    LeadFactory(company_name="Own branch", company=company, assigned_to=cast.owner)
    LeadFactory(company_name="Foreign branch", company=company, assigned_to=cast.colleague)
    page = browser_client(cast.owner).get(lead.admin_url, {"tab": "related"}).content.decode()
    assert "Mei Tan" in page
    assert "Own branch" in page
    assert "Foreign branch" not in page
    assert "Mona Manager" in page
    everything = browser_client(cast.manager).get(lead.admin_url, {"tab": "related"}).content.decode()
    assert "Foreign branch" in everything


def test_the_history_of_a_value_names_who_changed_it_from_what(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, value=Decimal(1000), source="event")
    update_lead(
        actor=cast.manager, lead=lead, value=Decimal(4000), source="referral", assigned_to=cast.colleague
    )
    changes = browser_client(cast.manager).get(lead.admin_url, {"tab": "history"}).context["changes"]
    by_name = {change.name: (change.actor, change.before, change.after) for change in changes}
    assert by_name["value"] == ("Mona Manager", "1000.00", "4000")
    assert by_name["source"] == ("Mona Manager", "Event", "Referral")
    assert by_name["assigned_to"][0] == "Mona Manager"


def test_a_page_is_told_who_changed_the_lead_since_it_was_opened(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    seen = {"version": client.get(lead.admin_url).context["version"]}
    url = action_url(lead, "changes")
    assert client.get(url, seen).json() == {"message": ""}
    update_lead(actor=cast.manager, lead=lead, industry="Bakery")
    assert client.get(url, seen).json() == {"message": "Mona Manager changed this lead."}
    assert browser_client(cast.colleague).get(url, seen).status_code == 404


def test_the_page_of_a_merged_lead_leads_to_the_kept_one(cast: Cast, browser_client: Enter) -> None:
    kept, other = LeadFactory.create_batch(2, assigned_to=cast.owner)
    old_address = other.admin_url
    merge(actor=cast.owner, kept=kept, other=other, choices={})
    assert browser_client(cast.owner).get(old_address).headers["Location"] == kept.admin_url
    assert browser_client(cast.colleague).get(old_address).headers["Location"] == "/admin/"


def test_a_tab_costs_the_same_however_much_happened(
    cast: Cast, browser_client: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    lead.company = CustomerFactory().company
    lead.contact = ContactFactory(company=lead.company)
    lead.save()
    ContactFactory.create_batch(5, company=lead.company)
    ActivityFactory.create_batch(15, lead=lead)
    StageChangeFactory.create_batch(5, lead=lead)
    TaskFactory.create_batch(5, lead=lead)
    LeadFileFactory.create_batch(3, lead=lead)
    LeadFactory.create_batch(5, company=lead.company, assigned_to=cast.owner)
    for number in range(5):
        update_lead(actor=cast.owner, lead=lead, location=f"Place {number}")
    for user in (cast.owner, cast.manager):
        client = browser_client(user)
        client.get(lead.admin_url)
        for tab in TABS:
            with django_assert_max_num_queries(15, info=tab):
                assert client.get(lead.admin_url, {"tab": tab}).status_code == 200
