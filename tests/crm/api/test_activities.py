"""Activities, tasks, people and timelines over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.crm.models import Activity, Lead, Task
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db
Api = Callable[[User | None], APIClient]


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return LeadFactory(assigned_to=cast.owner)


def test_a_call_is_written_down_and_counts_as_contact(cast: Cast, api: Api, lead: Lead) -> None:
    made = api(cast.owner).post(
        "/api/crm/activities/", {"lead": str(lead.pk), "kind": "call", "note": "Wants a demo"}
    )
    assert made.status_code == 201
    assert made.json()["by"]["name"] == "Olive Owner"
    lead.refresh_from_db()
    assert lead.last_contacted is not None
    assert lead.status == "contacted"


def test_what_it_is_about_must_be_one_thing_and_visible(cast: Cast, api: Api, lead: Lead) -> None:
    company = Company.objects.create(name="ABC")
    client = api(cast.owner)
    note = {"kind": "note", "note": "x"}
    assert client.post("/api/crm/activities/", note).status_code == 400
    both = {**note, "lead": str(lead.pk), "company": str(company.pk)}
    assert client.post("/api/crm/activities/", both).status_code == 400
    hidden = api(cast.colleague).post("/api/crm/activities/", {**note, "lead": str(lead.pk)})
    assert hidden.status_code == 400
    assert "lead" in hidden.json()["errors"]
    assert not Activity.objects.exists()


def test_only_the_writer_corrects_a_note(cast: Cast, api: Api, lead: Lead) -> None:
    made = api(cast.owner).post("/api/crm/activities/", {"lead": str(lead.pk), "kind": "note", "note": "old"})
    url = f"/api/crm/activities/{made.json()['id']}/"
    assert api(cast.owner).patch(url, {"note": "new"}).json()["note"] == "new"
    assert api(cast.colleague).patch(url, {"note": "hers"}).status_code == 404
    assert api(cast.outsider).patch(url, {"note": "his"}).status_code == 403
    assert Activity.objects.get().note == "new"


def test_a_task_is_given_done_and_reopened(cast: Cast, api: Api, lead: Lead) -> None:
    due = (timezone.now() + timedelta(days=1)).isoformat()
    client = api(cast.owner)
    made = client.post("/api/crm/tasks/", {"lead": str(lead.pk), "title": "Send offer", "due_at": due})
    assert made.status_code == 201
    assert made.json()["owner"]["name"] == "Olive Owner"
    url = f"/api/crm/tasks/{made.json()['id']}/"
    assert client.post(f"{url}complete/").json()["done_at"] is not None
    assert [row["id"] for row in client.get("/api/crm/tasks/?is_done=true").json()["results"]] == [
        made.json()["id"]
    ]
    assert client.post(f"{url}reopen/").json()["done_at"] is None
    assert client.get("/api/crm/tasks/?is_done=true").json()["results"] == []
    assert api(cast.colleague).post(f"{url}complete/").status_code == 404
    assert Task.objects.get().done_at is None


def test_a_stale_change_of_a_task_is_refused(cast: Cast, api: Api, lead: Lead) -> None:
    due = (timezone.now() + timedelta(days=1)).isoformat()
    client = api(cast.owner)
    task = client.post("/api/crm/tasks/", {"lead": str(lead.pk), "title": "Call", "due_at": due}).json()
    url = f"/api/crm/tasks/{task['id']}/"
    assert client.patch(url, {"title": "Call John", "version": task["version"]}).status_code == 200
    late = client.patch(url, {"title": "Call Jane", "version": task["version"]})
    assert (late.status_code, late.json()["code"]) == (409, "stale")


def test_companies_and_contacts_are_found_by_the_beginnings_of_words(cast: Cast, api: Api) -> None:
    company = Company.objects.create(name="Golden Dragon Pte Ltd", location="Orchard")
    Contact.objects.create(
        name="Jane Lim", email="jane@dragon.example", phone="+65 9123 4567", company=company
    )
    client = api(cast.owner)
    for query, found in (("drag", 1), ("orch gold", 1), ("silver", 0)):
        assert len(client.get(f"/api/crm/companies/?search={query}").json()["results"]) == found
    for query, found in (("91234567", 1), ("dragon.ex", 1), ("john", 0)):
        assert len(client.get(f"/api/crm/contacts/?search={query}").json()["results"]) == found
    assert api(cast.outsider).get("/api/crm/companies/").status_code == 403


def test_who_may_change_people_does(cast: Cast, api: Api) -> None:
    company = Company.objects.create(name="Golden Dragon")
    url = f"/api/crm/companies/{company.pk}/"
    assert api(cast.owner).patch(url, {"industry": "F&B"}).status_code == 403
    assert api(cast.manager).patch(url, {"industry": "F&B"}).json()["industry"] == "F&B"
    taken = Company.objects.create(name="Silver Dragon")
    clash = api(cast.manager).patch(f"/api/crm/companies/{taken.pk}/", {"name": "GOLDEN dragon Pte. Ltd."})
    assert clash.status_code == 400


def test_an_address_belongs_to_one_contact(cast: Cast, api: Api) -> None:
    Contact.objects.create(name="Jane", email="jane@dragon.example")
    made = api(cast.admin).post("/api/crm/contacts/", {"name": "J", "email": "JANE@dragon.example"})
    assert made.status_code == 400


def test_timelines_show_each_reader_their_own(cast: Cast, api: Api, lead: Lead) -> None:
    company = Company.objects.create(name="ABC")
    Lead.objects.filter(pk=lead.pk).update(company=company)
    api(cast.owner).post(
        "/api/crm/activities/", {"lead": str(lead.pk), "kind": "call", "note": "secret call"}
    )
    mine: Any = api(cast.owner).get(f"/api/crm/leads/{lead.pk}/timeline/")
    assert "secret call" in str(mine.json())
    assert api(cast.colleague).get(f"/api/crm/leads/{lead.pk}/timeline/").status_code == 404
    theirs = api(cast.colleague).get(f"/api/crm/companies/{company.pk}/timeline/")
    assert theirs.status_code == 200
    assert "secret call" not in str(theirs.json())
    assert "secret call" in str(api(cast.manager).get(f"/api/crm/companies/{company.pk}/timeline/").json())


#: The ends of the calendar: with and without an offset, and without a time of day.
OFF = [
    "0001-01-01",
    "0001-01-01T00:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59",
    "9999-12-31T23:59:59-12:00",
]


@pytest.mark.parametrize("moment", OFF)
def test_a_call_off_the_calendar_is_refused(cast: Cast, api: Api, lead: Lead, moment: str) -> None:
    body = {"lead": str(lead.pk), "kind": "call", "occurred_at": moment}
    answer = api(cast.owner).post("/api/crm/activities/", body)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) <= {"at", "occurred_at"}
    assert not Activity.objects.exists()


@pytest.mark.parametrize("moment", OFF)
@pytest.mark.parametrize("field", ["due_at", "remind_at"])
def test_a_task_off_the_calendar_is_refused(
    cast: Cast, api: Api, lead: Lead, field: str, moment: str
) -> None:
    client, due = api(cast.owner), (timezone.now() + timedelta(days=1)).isoformat()
    body = {"lead": str(lead.pk), "title": "Call", "due_at": due}
    answer = client.post("/api/crm/tasks/", {**body, field: moment})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Task.objects.exists()
    url = f"/api/crm/tasks/{client.post('/api/crm/tasks/', body).json()['id']}/"
    assert client.patch(url, {field: moment}).status_code == 400
    assert client.get(url).json()["remind_at"] is None
    assert client.get(url).json()["due_at"][:4] == due[:4]


@pytest.mark.parametrize("moment", OFF)
def test_asking_for_what_lies_off_the_calendar_is_no_crash(cast: Cast, api: Api, moment: str) -> None:
    client = api(cast.owner)
    for query in ("tasks/?due_before=", "leads/?created_after=", "leads/?quiet_since="):
        assert client.get(f"/api/crm/{query}{moment}").status_code in {200, 400}
