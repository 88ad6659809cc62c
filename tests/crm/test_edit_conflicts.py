"""Two people edit the same row: nobody's change is lost, and the second one is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.contacts.services import update_company
from apps.crm.admin.leads import LeadAdmin
from apps.crm.models import Lead
from apps.crm.services.activities import log_activity
from apps.crm.services.leads import update_lead
from apps.crm.services.tasks import update_task
from tests.conftest import Cast
from tests.crm.pages import form_data, opened_form
from tests.factories.crm import CompanyFactory, ContactFactory, CustomerFactory, LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
SENTENCE = "Somebody else changed this while you were typing."


def test_a_field_that_both_changed_keeps_what_was_typed_and_shows_who_and_what(
    cast: Cast, browser_client: Enter
) -> None:
    lead = LeadFactory(assigned_to=cast.owner, value=Decimal(1000))
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    update_lead(actor=cast.manager, lead=lead, value=Decimal(2000))
    answer = client.post(lead.admin_url, {**form, "value": "3000"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert SENTENCE in page
    assert "Mona Manager" in page
    assert "1000.00" in page
    assert "2000.00" in page
    assert form_data(page, "lead_form")["value"] == "3000"
    lead.refresh_from_db()
    assert lead.value == Decimal(2000)


def test_saving_again_after_the_warning_means_it(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, value=Decimal(1000))
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    update_lead(actor=cast.manager, lead=lead, value=Decimal(2000))
    warned = client.post(lead.admin_url, {**form, "value": "3000"})
    again = form_data(warned.content.decode(), "lead_form")
    assert client.post(lead.admin_url, again).status_code == 302
    lead.refresh_from_db()
    assert lead.value == Decimal(3000)


def test_a_field_that_only_the_other_changed_is_not_set_back(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, industry="Cafe", location="Ipoh")
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    update_lead(actor=cast.manager, lead=lead, industry="Bakery")
    warned = client.post(lead.admin_url, {**form, "location": "Penang"})
    again = form_data(warned.content.decode(), "lead_form")
    assert (again["industry"], again["location"]) == ("Bakery", "Penang")
    client.post(lead.admin_url, again)
    lead.refresh_from_db()
    assert (lead.industry, lead.location) == ("Bakery", "Penang")


def test_a_third_change_after_the_warning_is_told_too(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, industry="Cafe")
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    update_lead(actor=cast.manager, lead=lead, industry="Bakery")
    warned = client.post(lead.admin_url, {**form, "industry": "Bar"})
    update_lead(actor=cast.manager, lead=lead, industry="Hotel")
    again = client.post(lead.admin_url, form_data(warned.content.decode(), "lead_form"))
    assert again.status_code == 200
    assert "Hotel" in again.content.decode()


def test_a_call_logged_meanwhile_disturbs_nobody_who_edits(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    log_activity(actor=cast.owner, subject=lead, kind="call", note="Good talk")
    assert client.post(lead.admin_url, {**form, "location": "Penang"}).status_code == 302
    lead.refresh_from_db()
    assert lead.location == "Penang"
    assert lead.last_contacted is not None


def test_an_untouched_form_changes_nothing_whatever_others_did(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, notes="First line\nSecond line ", industry="Cafe")
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    assert client.post(lead.admin_url, form).status_code == 302
    before = lead.updated_at
    lead.refresh_from_db()
    assert lead.updated_at == before
    assert lead.notes == "First line\nSecond line "


def test_both_typing_the_same_is_no_quarrel_to_lose(cast: Cast, browser_client: Enter) -> None:
    lead = LeadFactory(assigned_to=cast.owner, industry="Cafe")
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    update_lead(actor=cast.manager, lead=lead, industry="Bar")
    answer = client.post(lead.admin_url, {**form, "industry": "Bar"})
    assert "You changed it too" not in answer.content.decode()


def test_a_company_and_a_contact_are_guarded_alike(cast: Cast, browser_client: Enter) -> None:
    company, contact = CompanyFactory(location="Ipoh"), ContactFactory(phone="")
    client = browser_client(cast.manager)
    for row, field in ((company, "location"), (contact, "name")):
        form = opened_form(client, row)
        if row is company:
            update_company(actor=cast.admin, company=company, location="Klang")
        else:
            ContactFactory._meta.model.objects.filter(pk=row.pk).update(name="X Y", updated_at=timezone.now())
        answer = client.post(
            f"/admin/contacts/{row._meta.model_name}/{row.pk}/change/", {**form, field: "Mine"}
        )
        assert SENTENCE in answer.content.decode()
        row.refresh_from_db()
        assert getattr(row, field) != "Mine"


def test_a_task_and_a_customer_are_guarded_alike(cast: Cast, browser_client: Enter) -> None:
    task = TaskFactory(lead=LeadFactory(assigned_to=cast.owner), title="Call them")
    customer = CustomerFactory()
    client = browser_client(cast.manager)
    task_url, customer_url = (
        f"/admin/crm/task/{task.pk}/change/",
        f"/admin/crm/customer/{customer.pk}/change/",
    )
    form = form_data(client.get(task_url).content.decode(), "task_form")
    update_task(actor=cast.owner, task=task, title="Write to them")
    assert SENTENCE in client.post(task_url, {**form, "title": "Visit them"}).content.decode()
    form = form_data(client.get(customer_url).content.decode(), "customer_form")
    type(customer).objects.filter(pk=customer.pk).update(
        status="churned", updated_at=timezone.now() + timedelta(seconds=1)
    )
    manager = str(cast.manager.pk)
    assert SENTENCE in client.post(customer_url, {**form, "account_manager": manager}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_save_between_check_and_write_is_seen(
    cast: Cast, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else saves after the form was checked, from another connection: the form is shown again."""
    lead = LeadFactory(assigned_to=cast.owner, industry="Cafe")
    client = browser_client(cast.owner)
    form = opened_form(client, lead)
    save = LeadAdmin.save_model
    slowed: list[bool] = []

    def elsewhere() -> None:
        update_lead(actor=cast.manager, lead=lead, industry="Bakery")
        connection.close()

    def slow_save(self: LeadAdmin, *args: Any, **kwargs: Any) -> None:
        if not slowed:
            slowed.append(True)
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join()
        save(self, *args, **kwargs)

    monkeypatch.setattr(LeadAdmin, "save_model", slow_save)
    answer = client.post(lead.admin_url, {**form, "industry": "Bar"})
    assert SENTENCE in answer.content.decode()
    assert Lead.objects.get().industry == "Bakery"
