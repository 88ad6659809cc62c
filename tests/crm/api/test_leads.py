"""Leads over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.crm.choices import LeadStatus
from apps.crm.models import Customer, Lead, StageChange
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db
Api = Callable[[User | None], APIClient]
URL = "/api/crm/leads/"


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


def test_everybody_sees_the_leads_that_are_theirs_to_see(cast: Cast, api: Api) -> None:
    own, other = LeadFactory(assigned_to=cast.owner), LeadFactory(assigned_to=cast.colleague)
    assert ids(api(cast.owner).get(URL)) == [str(own.pk)]
    assert set(ids(api(cast.manager).get(URL))) == {str(own.pk), str(other.pk)}
    for stranger in (cast.outsider, cast.executive):
        assert api(stranger).get(URL).status_code == 403
    assert api(None).get(URL).status_code == 401


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_colleagues_lead_is_not_there(cast: Cast, api: Api, method: str) -> None:
    lead = LeadFactory(assigned_to=cast.colleague)
    user = cast.owner if method != "delete" else cast.manager
    if method == "delete":
        assert api(cast.owner).delete(f"{URL}{lead.pk}/").status_code == 403
        assert api(user).delete(f"{URL}{uuid4()}/").status_code == 404
        return
    answer = getattr(api(user), method)(f"{URL}{lead.pk}/", {"notes": "mine"} if method == "patch" else {})
    assert answer.status_code == 404
    assert Lead.objects.get(pk=lead.pk).notes == ""


def test_a_lead_is_made_read_changed_and_deleted(cast: Cast, api: Api) -> None:
    made = api(cast.owner).post(
        URL, {"company_name": "ABC Group", "contact_email": "JOHN@abc.sg", "value": "1200.50"}
    )
    assert made.status_code == 201
    lead = made.json()
    assert (lead["owner"]["name"], lead["status"], lead["value"]) == ("Olive Owner", "new", "1200.50")
    assert lead["contact_email"] == "john@abc.sg"
    changed = api(cast.owner).patch(f"{URL}{lead['id']}/", {"industry": "Hotel", "version": lead["version"]})
    assert (changed.status_code, changed.json()["industry"]) == (200, "Hotel")
    assert api(cast.manager).delete(f"{URL}{lead['id']}/").status_code == 204
    assert not Lead.objects.exists()


def test_what_somebody_else_changed_is_not_overwritten(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner, notes="old")
    read = api(cast.owner).get(f"{URL}{lead.pk}/").json()
    assert api(cast.manager).patch(f"{URL}{lead.pk}/", {"notes": "theirs"}).status_code == 200
    late = api(cast.owner).patch(f"{URL}{lead.pk}/", {"notes": "mine", "version": read["version"]})
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert Lead.objects.get(pk=lead.pk).notes == "theirs"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"company_name": ""}, "company_name"),
        ({"company_name": "A", "contact_email": "nonsense"}, "contact_email"),
        ({"company_name": "A", "value": "-1"}, "value"),
        ({"company_name": "A", "source": "rumour"}, "source"),
        ({"company_name": "A", "assigned_to": str(uuid4())}, "assigned_to"),
    ],
)
def test_a_wrong_field_is_named(cast: Cast, api: Api, body: dict[str, str], field: str) -> None:
    answer = api(cast.owner).post(URL, body)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Lead.objects.exists()


def test_a_duplicate_is_a_conflict_that_names_the_lead(cast: Cast, api: Api) -> None:
    known = LeadFactory(contact_email="john@abc.sg", assigned_to=cast.owner)
    answer = api(cast.owner).post(URL, {"company_name": "Other", "contact_email": "john@abc.sg"})
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_lead")
    assert answer.json()["errors"]["lead_id"] == str(known.pk)


def test_the_stage_is_not_a_field_but_a_transition(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    refused = api(cast.owner).patch(f"{URL}{lead.pk}/", {"status": "qualified"})
    assert refused.status_code == 400
    moved = api(cast.owner).post(f"{URL}{lead.pk}/transitions/", {"to": "contacted"})
    assert (moved.status_code, moved.json()["status"]) == (200, "contacted")
    known = api(cast.owner).get(f"{URL}{lead.pk}/transitions/").json()
    assert known["allowed"] == ["new", "qualified", "closed_lost"]
    assert (known["history"][0]["from_status"], known["history"][0]["to_status"]) == ("new", "contacted")
    assert known["history"][0]["by"]["name"] == "Olive Owner"


def test_the_whole_way_to_a_customer(cast: Cast, api: Api) -> None:
    lead = api(cast.owner).post(URL, {"company_name": "ABC"}).json()
    for stage in ("contacted", "qualified", "proposal", "closed_won"):
        assert api(cast.owner).post(f"{URL}{lead['id']}/transitions/", {"to": stage}).status_code == 200
    assert Customer.objects.get().company.name == "ABC"
    assert StageChange.objects.count() == 5
    closed = api(cast.owner).post(f"{URL}{lead['id']}/transitions/", {"to": "contacted"})
    assert (closed.status_code, closed.json()["code"]) == (409, "transition_not_allowed")


@pytest.mark.parametrize("to", ["qualified", "proposal", "closed_won", "new"])
def test_a_stage_is_not_jumped_over(cast: Cast, api: Api, to: str) -> None:
    lead = LeadFactory(assigned_to=cast.owner, status=LeadStatus.NEW)
    answer = api(cast.owner).post(f"{URL}{lead.pk}/transitions/", {"to": to})
    assert answer.status_code in {200, 409}
    assert Lead.objects.get(pk=lead.pk).status == LeadStatus.NEW
    assert (answer.status_code == 200) == (to == "new")


def test_losing_asks_for_the_reason(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    where = f"{URL}{lead.pk}/transitions/"
    silent = api(cast.owner).post(where, {"to": "closed_lost"})
    assert (silent.status_code, silent.json()["code"]) == (400, "lost_reason_required")
    lost = api(cast.owner).post(where, {"to": "closed_lost", "lost_reason": "price"})
    assert (lost.json()["status"], lost.json()["lost_reason"]) == ("closed_lost", "price")


def test_nobody_moves_a_lead_they_may_not_see_or_change(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    where = f"{URL}{lead.pk}/transitions/"
    assert api(cast.colleague).post(where, {"to": "contacted"}).status_code == 404
    for stranger in (cast.outsider, cast.executive):
        assert api(stranger).post(where, {"to": "contacted"}).status_code == 403
    assert Lead.objects.get(pk=lead.pk).status == LeadStatus.NEW


@pytest.fixture
def several(cast: Cast) -> list[Lead]:
    now = timezone.now()
    made = []
    for number, (name, value, stage) in enumerate(
        [("Alpha Café", 300, "new"), ("Beta Bistro", None, "contacted"), ("Gamma Grill", 100, "proposal")]
    ):
        lead = LeadFactory(
            company_name=name,
            value=value,
            status=stage,
            assigned_to=cast.owner,
            source="event" if number else "call",
            contact_phone=f"+65 9123 450{number}",
            last_contacted=now - timedelta(days=number) if number else None,
        )
        made.append(lead)
    return made


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("search=bist", ["Beta Bistro"]),
        ("search=91234500", ["Alpha Café"]),
        ("search=restaurant.test gam", ["Gamma Grill"]),
        ("status=new&status=contacted", ["Beta Bistro", "Alpha Café"]),
        ("source=call", ["Alpha Café"]),
        ("assigned_to=me&value_min=200", ["Alpha Café"]),
        ("assigned_to=none", []),
        ("ordering=value", ["Gamma Grill", "Alpha Café", "Beta Bistro"]),
        ("ordering=-value", ["Alpha Café", "Gamma Grill", "Beta Bistro"]),
        ("ordering=company_name", ["Alpha Café", "Beta Bistro", "Gamma Grill"]),
        ("is_open=false", []),
    ],
)
def test_lists_are_narrowed_and_ordered(
    cast: Cast, api: Api, several: list[Lead], query: str, names: list[str]
) -> None:
    answer = api(cast.owner).get(f"{URL}?{query}")
    assert [row["company_name"] for row in answer.json()["results"]] == names


@pytest.mark.parametrize("query", ["ordering=secret", "assigned_to=x", "status=lukewarm", "value_min=many"])
def test_a_wrong_question_is_refused(cast: Cast, api: Api, query: str) -> None:
    assert api(cast.owner).get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize(("limit", "rows"), [("2", 2), ("0", 1), ("many", 3), ("9" * 5000, 3)])
def test_a_page_is_as_long_as_asked_for_within_bounds(cast: Cast, api: Api, limit: str, rows: int) -> None:
    LeadFactory.create_batch(3, assigned_to=cast.owner)
    assert len(api(cast.owner).get(f"{URL}?limit={limit}").json()["results"]) == rows


def test_a_forged_position_is_not_there(cast: Cast, api: Api) -> None:
    assert api(cast.owner).get(f"{URL}?after=nonsense").status_code == 404


@pytest.mark.parametrize("ordering", ["created_at", "-created_at", "value", "-value"])
def test_pages_hold_every_lead_once_in_both_directions(cast: Cast, api: Api, ordering: str) -> None:
    for number in range(13):
        LeadFactory(assigned_to=cast.owner, value=None if number % 3 else number % 2)
    client = api(cast.owner)
    url: str | None = f"{URL}?ordering={ordering}&limit=4"
    forward: list[str] = []
    last = ""
    while url:
        page = client.get(url)
        forward += ids(page)
        last, url = url, page.json()["next"]
    assert len(forward) == len(set(forward)) == 13
    back = client.get(client.get(last).json()["previous"])
    assert ids(back) == forward[8:12]


def test_a_list_costs_the_same_for_few_and_many(
    cast: Cast, api: Api, django_assert_max_num_queries: Any
) -> None:
    client = api(cast.manager)
    LeadFactory.create_batch(20)
    with django_assert_max_num_queries(8):
        assert len(ids(client.get(URL))) == 20


def test_a_retry_makes_one_lead(cast: Cast, api: Api) -> None:
    client = api(cast.owner)
    first = client.post(URL, {"company_name": "ABC"}, headers={"Idempotency-Key": "k1"})
    second = client.post(URL, {"company_name": "ABC"}, headers={"Idempotency-Key": "k1"})
    assert first.json()["id"] == second.json()["id"]
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"])
@pytest.mark.parametrize("field", ["follow_up_date", "expected_close"])
def test_a_day_that_nobody_means_is_refused(cast: Cast, api: Api, field: str, day: str) -> None:
    client = api(cast.owner)
    made = client.post(URL, {"company_name": "ABC", field: day})
    assert (made.status_code, made.json()["code"]) == (400, "moment_out_of_range")
    assert not Lead.objects.exists()
    lead = LeadFactory(assigned_to=cast.owner)
    changed = client.patch(f"{URL}{lead.pk}/", {field: day})
    assert (changed.status_code, list(changed.json()["errors"])) == (400, [field])
    assert getattr(Lead.objects.get(), field) is None


def test_a_lead_with_an_old_day_can_still_be_changed(cast: Cast, api: Api) -> None:
    lead = LeadFactory(assigned_to=cast.owner, follow_up_date=date(1998, 5, 1))
    changed = api(cast.owner).patch(f"{URL}{lead.pk}/", {"industry": "Hotel", "follow_up_date": "1998-05-01"})
    assert changed.status_code == 200
