"""Leads in the back office."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.crm import forms
from apps.crm.admin.chosen import MAX_CHOSEN
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead, StageChange
from apps.crm.services import leads
from apps.crm.services.imports import import_leads
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, uploaded

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
LIST = "/admin/crm/lead/"
ADD = "/admin/crm/lead/add/"


def typed(**fields: str) -> dict[str, str]:
    """What the form sends when only `fields` were filled in."""
    defaults = {"company_name": "ABC", "status": "new", "source": "referral", "currency": "SGD"}
    return {**defaults, **fields}


def test_a_rep_adds_a_lead_of_their_own(cast: Cast, browser_client: Enter) -> None:
    answer = browser_client(cast.owner).post(ADD, typed(contact_email="John@ABC.sg", value="1200.50"))
    assert answer.status_code == 302
    lead = Lead.objects.get()
    assert (lead.assigned_to, lead.contact_email, lead.value) == (
        cast.owner,
        "john@abc.sg",
        Decimal("1200.50"),
    )
    assert lead.company is not None
    event = AuditEvent.objects.get(action="crm.lead.created")
    assert (event.actor, event.source) == (cast.owner, "admin")


def test_a_rep_cannot_choose_whose_lead_it_is(cast: Cast, browser_client: Enter) -> None:
    browser_client(cast.owner).post(ADD, typed(assigned_to=str(cast.colleague.pk)))
    assert Lead.objects.get().assigned_to == cast.owner


def test_a_manager_chooses_among_people_who_work_on_leads(cast: Cast, browser_client: Enter) -> None:
    client = browser_client(cast.manager)
    client.post(ADD, typed(assigned_to=str(cast.colleague.pk)))
    assert Lead.objects.get().assigned_to == cast.colleague
    refused = client.post(ADD, typed(company_name="DEF", assigned_to=str(cast.outsider.pk)))
    assert refused.status_code == 200
    assert "assigned_to" in refused.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"contact_email": "known@abc.sg"}, "There is already a lead with this e-mail address"),
        ({"company_name": " ... "}, "A lead needs a company name."),
        ({"value": "-5"}, "greater than or equal to 0"),
    ],
)
def test_what_the_service_refuses_is_said_in_the_form(
    cast: Cast, browser_client: Enter, fields: dict[str, str], message: str
) -> None:
    LeadFactory(contact_email="known@abc.sg", assigned_to=cast.owner)
    answer = browser_client(cast.owner).post(ADD, typed(**fields))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert Lead.objects.count() == 1


def test_a_refused_duplicate_is_linked_for_who_may_see_it(cast: Cast, browser_client: Enter) -> None:
    known = LeadFactory(company_name="<b>Known</b>", contact_email="known@abc.sg", assigned_to=cast.owner)
    link = f'number. <a class="mz-link" href="{known.admin_url}" target="_blank" rel="noopener">Open it'
    page = browser_client(cast.owner).post(ADD, typed(contact_email="known@abc.sg")).content.decode()
    assert link in page
    page = browser_client(cast.colleague).post(ADD, typed(contact_email="known@abc.sg")).content.decode()
    assert "A colleague already has a lead" in page
    assert str(known.pk) not in page


def test_a_refusal_never_becomes_markup(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_fields: object) -> None:
        raise Conflict("<img src=x>", errors={"lead_id": "0198b2c4-0000-7000-8000-000000000000"})

    monkeypatch.setattr(forms, "check_lead", refuse)
    page = browser_client(cast.owner).post(ADD, typed()).content.decode()
    assert "&lt;img src=x&gt; <a " in page
    assert "<img src=x>" not in page


def test_an_edit_goes_through_the_service_and_cannot_move_the_lead(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(company_name="ABC", assigned_to=cast.owner, contact_name="", contact_email="")
    client = browser_client(cast.owner)
    answer = client.post(lead.admin_url, typed(status="closed_won", notes="Spoke with the owner"))
    assert answer.status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.notes, lead.assigned_to) == (
        LeadStatus.NEW,
        "Spoke with the owner",
        cast.owner,
    )
    event = AuditEvent.objects.get(action="crm.lead.updated")
    assert event.details["notes"] == ["", "Spoke with the owner"]
    assert not StageChange.objects.exists()


def test_somebody_elses_lead_cannot_be_edited(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(company_name="Mine", assigned_to=cast.owner)
    for user in (cast.colleague, cast.outsider, cast.executive):
        browser_client(user).post(lead.admin_url, typed(company_name="Stolen"))
    lead.refresh_from_db()
    assert lead.company_name == "Mine"


def test_contacts_are_logged_from_the_list(cast: Cast, browser_client: Enter) -> None:
    chosen = LeadFactory.create_batch(2, assigned_to=cast.owner)
    other = LeadFactory(assigned_to=cast.colleague)
    keys = [str(lead.pk) for lead in (*chosen, other)]
    answer = browser_client(cast.owner).post(
        LIST, {"action": "contacted_just_now", "_selected_action": keys}, follow=True
    )
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["2 leads were contacted."]
    assert Lead.objects.filter(last_contacted__isnull=False).count() == 2
    other.refresh_from_db()
    assert other.last_contacted is None


def test_an_action_takes_so_many_rows_and_says_when_there_are_more(cast: Cast, browser_client: Enter) -> None:
    Lead.objects.bulk_create(LeadFactory.build(assigned_to=cast.owner) for _number in range(MAX_CHOSEN + 1))
    answer = browser_client(cast.owner).post(
        LIST, {"action": "contacted_just_now", "_selected_action": ["-"], "select_across": "1"}, follow=True
    )
    left_out, done = [str(message) for message in get_messages(answer.wsgi_request)]
    assert left_out.startswith(f"Only the first {MAX_CHOSEN} were taken")
    assert done == f"{MAX_CHOSEN} leads were contacted."
    assert Lead.objects.filter(last_contacted__isnull=False).count() == MAX_CHOSEN


def test_a_lead_that_cannot_be_deleted_does_not_hold_up_the_others(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else deleted it between the list and the click."""
    first, second = LeadFactory.create_batch(2, assigned_to=cast.owner)
    delete = leads.delete_lead

    def overtaken(*, actor: User, lead: Lead) -> None:
        if lead == first:
            raise Conflict("It was deleted in the meantime.", code="gone")
        delete(actor=actor, lead=lead)

    monkeypatch.setattr(leads, "delete_lead", overtaken)
    keys = [str(first.pk), str(second.pk)]
    answer = browser_client(cast.manager).post(
        LIST, {"action": "delete_selected", "_selected_action": keys, "post": "yes"}, follow=True
    )
    assert f"{first}: It was deleted in the meantime." in map(str, get_messages(answer.wsgi_request))
    assert not Lead.objects.filter(pk=second.pk).exists()


def test_deleting_is_for_managers_and_is_recorded(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    url = reverse("admin:crm_lead_delete", args=[lead.pk])
    assert browser_client(cast.owner).post(url, {"post": "yes"}).status_code == 403
    browser_client(cast.manager).post(url, {"post": "yes"})
    assert not Lead.objects.exists()
    assert AuditEvent.objects.filter(action="crm.lead.deleted").count() == 1


@pytest.mark.parametrize("words", ["Golden", "mei", "dragon.sg", "9123"])
def test_the_list_is_searched_by_company_contact_and_reach(
    cast: Cast, browser_client: Enter, words: str
) -> None:
    found = LeadFactory(
        company_name="Golden Dragon",
        contact_name="Mei Tan",
        contact_email="m@dragon.sg",
        contact_phone="9123 4567",
        assigned_to=cast.owner,
    )
    LeadFactory(company_name="Elsewhere", assigned_to=cast.owner)
    answer = browser_client(cast.owner).get(LIST, {"q": words})
    assert [lead.pk for lead in answer.context["cl"].result_list] == [found.pk]


def test_the_list_costs_the_same_however_long_it_is(
    cast: Cast, browser_client: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser_client(cast.manager)
    LeadFactory.create_batch(3, assigned_to=cast.owner)
    client.get(LIST)
    LeadFactory.create_batch(30, assigned_to=cast.colleague)
    with django_assert_max_num_queries(10):
        assert client.get(LIST).status_code == 200


def test_an_import_shows_its_counts_and_its_report(cast: Cast, browser_client: Enter) -> None:
    rows = [["Company", "E-mail"], ["ABC", "a@b.sg"], ["Bad", "nonsense"]]
    import_leads(artifact=uploaded(cast.owner, rows), user=cast.owner)
    client = browser_client(cast.owner)
    assert "leads.csv" in client.get("/admin/crm/leadimport/").content.decode()
    row = cast.owner.lead_imports.get()  # type: ignore[attr-defined]
    page = client.get(reverse("admin:crm_leadimport_change", args=[row.pk])).content.decode()
    assert "leads-not-imported.csv" in page
    assert f"/api/files/{row.report_id}/download" in page
    assert (
        browser_client(cast.colleague).get(reverse("admin:crm_leadimport_change", args=[row.pk])).status_code
        == 302
    )


@pytest.mark.parametrize("field", ["follow_up_date", "expected_close"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_refused_in_the_form(
    cast: Cast, browser_client: Enter, field: str, day: str
) -> None:
    client = browser_client(cast.owner)
    year = int(day[:4])
    told = f"The year {year} cannot be right: choose a date between the years 2000 and 2100."
    assert told in client.post(ADD, typed(**{field: day})).content.decode()
    assert not Lead.objects.exists()
    lead = LeadFactory(assigned_to=cast.owner)
    assert told in client.post(lead.admin_url, typed(**{field: day})).content.decode()
    assert getattr(Lead.objects.get(), field) is None
