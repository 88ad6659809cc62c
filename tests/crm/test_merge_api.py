"""Merging over HTTP: `/api/crm/leads/{id}/merge` and `/api/crm/merges/{id}/undo`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.crm.models import Lead, Merge
from tests.conftest import Cast
from tests.factories.pairs import lead_of, merged

pytestmark = pytest.mark.django_db

Api = Callable[[User | None], APIClient]


def merge_url(lead: Lead) -> str:
    return f"/api/crm/leads/{lead.pk}/merge"


def undo_url(key: Any) -> str:
    return f"/api/crm/merges/{key}/undo"


def test_the_differences_are_read_with_their_suggestions(cast: Cast, api: Api) -> None:
    kept, other = lead_of(cast, industry="Food"), lead_of(cast)
    answer = api(cast.owner).get(merge_url(kept), {"other": str(other.pk)}).json()
    assert answer["differences"] == [
        {
            "name": "industry",
            "label": "Industry",
            "kept": "Food",
            "other": "",
            "suggestion": "kept",
            "options": ["kept", "other"],
            "reason": "",
        }
    ]
    assert {"version", "other_version"} <= set(answer)


def test_a_lead_is_merged_and_the_merge_is_undone(cast: Cast, api: Api) -> None:
    client = api(cast.owner)
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, industry="Dining")
    read = client.get(merge_url(kept), {"other": str(other.pk)}).json()
    versions = {name: read[name] for name in ("version", "other_version")}
    body = {"other": str(other.pk), "choices": {"industry": "other"}, **versions}
    done = client.post(merge_url(kept), body)
    assert done.status_code == 200
    assert (done.json()["lead"]["id"], done.json()["lead"]["industry"]) == (str(kept.pk), "Dining")
    assert not Lead.objects.filter(pk=other.pk).exists()
    undone = client.post(undo_url(done.json()["merge_id"]))
    assert undone.status_code == 200
    assert (undone.json()["lead"]["industry"], undone.json()["restored"]["industry"]) == ("Food", "Dining")
    assert (undone.json()["edited"], undone.json()["stayed"]) == ([], 0)
    again = client.post(undo_url(done.json()["merge_id"]))
    assert (again.status_code, again.json()["code"]) == (409, "already_undone")


def test_a_merge_of_what_was_changed_since_is_a_conflict(cast: Cast, api: Api) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    old = kept.updated_at.isoformat()
    kept.save()
    answer = api(cast.owner).post(merge_url(kept), {"other": str(other.pk), "version": old})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert Lead.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"other": "nonsense"}, 400),
        ({"other": str(uuid4())}, 404),
        ({"choices": {"industry": "mine"}}, 400),
        ({"choices": {"password": "other"}}, 400),
        ({"choices": {"industry": "both"}}, 400),
        ({"choices": ["industry"]}, 400),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    cast: Cast, api: Api, body: dict[str, Any], status: int
) -> None:
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, industry="Dining")
    sent = {"other": str(other.pk), **body} if body else {}
    answer = api(cast.owner).post(merge_url(kept), sent)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert Lead.objects.count() == 2


def test_a_lead_is_not_merged_with_itself(cast: Cast, api: Api) -> None:
    kept = lead_of(cast)
    answer = api(cast.owner).post(merge_url(kept), {"other": str(kept.pk)})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_a_pair")


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
def test_leads_of_others_are_not_there(cast: Cast, api: Api, who: str) -> None:
    kept, other, own = lead_of(cast), lead_of(cast), lead_of(cast, assigned_to=cast.colleague)
    client = api(getattr(cast, who))
    for lead, second in ((kept, other), (own, other), (other, own)):
        assert client.get(merge_url(lead), {"other": str(second.pk)}).status_code == 404
        assert client.post(merge_url(lead), {"other": str(second.pk)}).status_code == 404
    done = merged(cast, kept, other)
    assert client.post(undo_url(done.pk)).status_code == 404
    assert not Merge.objects.exclude(undone_at=None).exists()


def test_strangers_are_asked_to_sign_in(cast: Cast, api: Api) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    assert api(None).post(merge_url(kept), {"other": str(other.pk)}).status_code == 401
    assert api(None).post(undo_url(uuid4())).status_code == 401


def test_a_repeated_request_merges_once(cast: Cast, api: Api) -> None:
    client = api(cast.owner)
    kept, other = lead_of(cast), lead_of(cast)
    answers = [
        client.post(merge_url(kept), {"other": str(other.pk)}, HTTP_IDEMPOTENCY_KEY="merge-1")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["merge_id"] == answers[1].json()["merge_id"]
    assert Merge.objects.count() == 1


def test_a_merged_lead_is_read_under_its_old_address(cast: Cast, api: Api) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    address = f"/api/crm/leads/{other.pk}/"
    merged(cast, kept, other)
    answer = api(cast.owner).get(address)
    assert (answer.status_code, answer.json()["id"]) == (200, str(kept.pk))
    assert api(cast.colleague).get(address).status_code == 404
    # Changing it needs the new address: the client must know what it changes.
    assert api(cast.owner).patch(address, {"industry": "Food"}).status_code == 404
    assert api(cast.owner).get(f"/api/crm/leads/{uuid4()}/").status_code == 404


def test_a_merge_costs_the_same_however_much_moves(
    cast: Cast, api: Api, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(cast.owner)
    kept, other = lead_of(cast), lead_of(cast)
    with django_assert_max_num_queries(15):
        assert client.get(merge_url(kept), {"other": str(other.pk)}).status_code == 200
