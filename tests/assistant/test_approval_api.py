"""Approvals over HTTP: what a person is shown, many at once, and a look at an edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant import services
from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval, Run
from tests.assistant.approval_bench import PostOffice, calling, open_office, waiting
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]
Api = Callable[[User | None], APIClient]


@pytest.fixture
def office(declare: Declare, pipeline: Declare) -> PostOffice:
    made = open_office(declare)
    pipeline(calling(made.post, to="Wok"))
    return made


def test_the_api_tells_all_that_a_person_needs(cast: Cast, turn: Turn, office: PostOffice, api: Api) -> None:
    turn(cast.owner, "post it to Wok")
    (row,) = api(cast.manager).get("/api/approvals/").data["results"]
    assert row["preview"]["lines"] == [["To", "Wok"]]
    assert (row["risk"], row["four_eyes"], row["decided_via"], row["diff"]) == ("medium", False, "", "")
    assert row["provenance"] == [{"path": "to", "origin": "user", "value": "Wok"}]
    assert row["requested_by"] == "Olive Owner"


def test_many_of_one_tool_are_answered_together(cast: Cast, turn: Turn, office: PostOffice, api: Api) -> None:
    asked = [waiting(turn(cast.owner, "post it")) for _ in range(3)]
    services.decide(approval=asked[1], user=cast.owner, decision="reject")
    body = {"ids": [str(one.pk) for one in asked], "decision": "approve", "via": "queue"}
    answer = api(cast.manager).post("/api/approvals/decide", body)
    assert answer.status_code == 200
    assert [(row["ok"], row["code"]) for row in answer.data["results"]] == [
        (True, ""),
        (False, "already_decided"),
        (True, ""),
    ]
    assert set(Approval.objects.filter(decided_by=cast.manager).values_list("decided_via", flat=True)) == {
        "queue"
    }


def test_different_tools_are_not_answered_together(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare, api: Api
) -> None:
    one = waiting(turn(cast.owner, "post it"))
    pipeline(calling(office.pay, to="Wok"))
    other = waiting(turn(cast.owner, "pay"))
    body = {"ids": [str(one.pk), str(other.pk)], "decision": "approve"}
    answer = api(cast.manager).post("/api/approvals/decide", body)
    assert (answer.status_code, answer.data["code"]) == (400, "mixed_tools")
    assert Approval.objects.pending().count() == 2


def test_what_one_may_not_see_is_not_there(cast: Cast, turn: Turn, office: PostOffice, api: Api) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    body = {"ids": [str(asked.pk)], "decision": "approve"}
    assert api(cast.outsider).post("/api/approvals/decide", body).status_code == 404
    look = api(cast.outsider).post(f"/api/approvals/{asked.pk}/preview", {"arguments": {"to": "x"}})
    assert look.status_code == 404


def test_an_edit_is_shown_before_it_is_decided(cast: Cast, turn: Turn, office: PostOffice, api: Api) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    look = api(cast.owner).post(f"/api/approvals/{asked.pk}/preview", {"arguments": {"to": "Sunrise"}})
    assert look.data["preview"]["lines"] == [["To", "Sunrise"]]
    assert look.data["seen"]
    asked.refresh_from_db()
    assert (asked.status, asked.preview["lines"]) == (ApprovalStatus.PENDING, [["To", "Wok"]])
