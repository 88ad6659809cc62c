"""The pages of companies and contacts: facts, people, leads, timeline and quick actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.crm.models import Activity, Task
from apps.crm.services.merging import merge
from apps.crm.subjects import subject_url
from tests.conftest import Cast
from tests.crm.pages import JSON, action_url
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.crm import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    CustomerFactory,
    LeadFactory,
    LeadFileFactory,
    StageChangeFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]


@pytest.fixture
def supporter(db: None) -> User:
    """Knows companies and contacts, but no lead."""
    found: User = UserFactory(
        name="Sam Support", department=DepartmentFactory(slug="support"), roles=["support_agent"]
    )
    return found


@pytest.fixture
def marketer(db: None) -> User:
    """Knows companies, and nothing that happened with them."""
    found: User = UserFactory(
        name="Mia Marketing", department=DepartmentFactory(slug="marketing"), roles=["marketing_manager"]
    )
    return found


def test_a_company_shows_its_customer_people_and_the_leads_one_may_see(
    cast: Cast, browser_client: Enter
) -> None:
    company = CustomerFactory(account_manager=cast.manager).company
    ContactFactory(name="Mei Tan", company=company)
    LeadFactory(company_name="Own branch", company=company, assigned_to=cast.owner)
    LeadFactory(company_name="Foreign branch", company=company, assigned_to=cast.colleague)
    page = browser_client(cast.owner).get(subject_url(company), {"tab": "related"}).content.decode()
    for text in ("Customer · Active", "Mona Manager", "Mei Tan", "Own branch"):
        assert text in page
    assert "Foreign branch" not in page


def test_a_contact_shows_their_leads_and_colleagues(cast: Cast, browser_client: Enter) -> None:
    company = CompanyFactory(name="Golden Dragon")
    contact = ContactFactory(name="Mei Tan", company=company, phone="+65 9123 4567")
    ContactFactory(name="Wei Lim", company=company)
    LeadFactory(company_name="Her branch", contact=contact, assigned_to=cast.owner)
    page = browser_client(cast.owner).get(subject_url(contact), {"tab": "related"}).content.decode()
    for text in ("Mei Tan", "Wei Lim", "Her branch", "Golden Dragon", "tel:+6591234567"):
        assert text in page


@pytest.mark.parametrize("factory", [CompanyFactory, ContactFactory])
def test_notes_calls_and_tasks_are_written_on_the_page(
    cast: Cast, browser_client: Enter, factory: type[CompanyFactory] | type[ContactFactory]
) -> None:
    row = factory()
    client = browser_client(cast.owner)
    for kind in ("note", "call"):
        answer = client.post(action_url(row, "log", kind=kind), {"note": f"A {kind}."}, **JSON)
        assert f"A {kind}." in answer.json()["regions"]["timeline"]
    fields = {"title": "Visit", "due_at": "2030-01-02T09:00", "assigned_to": str(cast.owner.pk)}
    client.post(action_url(row, "task"), fields)
    assert {activity.subject for activity in Activity.objects.all()} == {row}
    assert Task.objects.get().subject == row
    assert "Visit" in client.get(subject_url(row)).content.decode()


def test_support_works_with_a_company_and_sees_no_lead_there(
    cast: Cast, browser_client: Enter, supporter: User
) -> None:
    company = CompanyFactory()
    lead = LeadFactory(company_name="Secret branch", company=company, assigned_to=cast.owner)
    ActivityFactory(lead=lead, note="Secret words")
    client = browser_client(supporter)
    client.post(action_url(company, "log", kind="note"), {"note": "Asked about vouchers"})
    for tab in ("timeline", "tasks", "related", "history"):
        page = client.get(subject_url(company), {"tab": tab}).content.decode()
        assert "Secret" not in page
    assert "Asked about vouchers" in client.get(subject_url(company)).content.decode()


def test_whoever_only_knows_companies_sees_no_timeline_and_no_forms(
    browser_client: Enter, marketer: User
) -> None:
    company = CompanyFactory(name="Golden Dragon", industry="Dim sum")
    ActivityFactory(lead=None, company=company, note="Secret words")
    client = browser_client(marketer)
    page = client.get(subject_url(company))
    assert [name for name, _panel in page.context["tabs"]] == ["related", "history"]
    assert "Dim sum" in page.content.decode()
    assert "Secret" not in page.content.decode()
    assert client.get(action_url(company, "panel", name="timeline"), **JSON).status_code == 404
    assert client.post(action_url(company, "log", kind="note"), {"note": "x"}, **JSON).status_code == 403
    assert not Activity.objects.filter(note="x").exists()


def test_outsiders_and_executives_reach_no_company_or_contact(cast: Cast, browser_client: Enter) -> None:
    for row in (CompanyFactory(), ContactFactory()):
        for user in (cast.outsider, cast.executive):
            client = browser_client(user)
            assert client.get(subject_url(row)).status_code in {302, 403}
            assert client.get(action_url(row, "panel", name="timeline"), **JSON).status_code == 404
            assert client.post(action_url(row, "log", kind="note"), {"note": "x"}, **JSON).status_code == 404
    assert not Activity.objects.exists()


def test_a_rep_reads_but_only_a_manager_edits(cast: Cast, browser_client: Enter) -> None:
    company = CompanyFactory(industry="Cafe")
    url = subject_url(company)
    rep, manager = browser_client(cast.owner), browser_client(cast.manager)
    assert rep.get(url, {"tab": "edit"}).context["opened"] == "timeline"
    typed = {"name": company.name, "industry": "Bakery"}
    assert rep.post(url, typed).status_code == 403
    assert manager.post(url, typed).headers["Location"] == url
    company.refresh_from_db()
    assert company.industry == "Bakery"
    changes = manager.get(url, {"tab": "history"}).context["changes"]
    assert [(change.label, change.before, change.after) for change in changes] == [
        ("Industry", "Cafe", "Bakery")
    ]


def test_a_website_typed_without_its_beginning_is_a_secure_one(cast: Cast, browser_client: Enter) -> None:
    company = CompanyFactory()
    browser_client(cast.manager).post(
        subject_url(company), {"name": company.name, "website": "golden.example.sg/menu"}
    )
    company.refresh_from_db()
    assert company.website == "https://golden.example.sg/menu"


def test_a_second_company_of_the_same_name_is_refused_in_the_form(cast: Cast, browser_client: Enter) -> None:
    CompanyFactory(name="Golden Dragon")
    company = CompanyFactory(name="Silver Dragon")
    answer = browser_client(cast.manager).post(subject_url(company), {"name": "golden  DRAGON"})
    form = answer.context["adminform"].form
    assert form.non_field_errors()
    assert form["name"].value() == "golden  DRAGON"
    assert "Silver Dragon" in answer.content.decode()
    company.refresh_from_db()
    assert company.name == "Silver Dragon"


def test_a_merged_company_leads_to_the_kept_one(cast: Cast, browser_client: Enter) -> None:
    kept, other = CompanyFactory.create_batch(2)
    old_address = subject_url(other)
    merge(actor=cast.manager, kept=kept, other=other, choices={})
    assert browser_client(cast.owner).get(old_address).headers["Location"] == subject_url(kept)


def test_a_tab_costs_the_same_however_much_is_there(
    cast: Cast, browser_client: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    company: Company = CustomerFactory().company
    contact: Contact = ContactFactory(company=company)
    ContactFactory.create_batch(4, company=company)
    for _number in range(4):
        lead = LeadFactory(company=company, contact=contact, assigned_to=cast.owner)
        ActivityFactory.create_batch(3, lead=lead)
        StageChangeFactory(lead=lead)
        LeadFileFactory(lead=lead)
        TaskFactory(lead=lead)
    for row, name in ((company, "company"), (contact, "contact")):
        about = {"lead": None, name: row, "assigned_to": cast.owner}
        TaskFactory.create_batch(3, **about, due_at=timezone.now() - timedelta(days=1))
        ActivityFactory.create_batch(3, lead=None, **{name: row})
    client = browser_client(cast.manager)
    for row in (company, contact):
        client.get(subject_url(row))
        for tab in ("timeline", "tasks", "related", "history", "edit"):
            with django_assert_max_num_queries(15, info=tab):
                assert client.get(subject_url(row), {"tab": tab}).status_code == 200


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://169.254.169.254/latest", "https://abc.example"]
)
def test_only_a_web_site_is_a_link(cast: Cast, browser_client: Enter, address: str) -> None:
    page = browser_client(cast.owner).get(subject_url(CompanyFactory(website=address))).content.decode()
    assert address in page
    assert (f'href="{address}"' in page) == (address == "https://abc.example")
