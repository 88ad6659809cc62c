"""GET /api/approvals/ and POST /api/approvals/{id}/decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant.choices import ApprovalStatus, RunStatus
from apps.assistant.models import Approval
from apps.audit.models import AuditEvent
from tests.conftest import Cast
from tests.factories.chat import asking, turn

Api = Callable[[User | None], APIClient]
URL = "/api/approvals/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def approval(cast: Cast) -> Approval:
    return asking(turn(cast.owner))


def decide(client: APIClient, approval: Approval, **body: Any) -> Any:
    return client.post(f"{URL}{approval.pk}/decide", {"decision": "approve", **body})


def test_what_waits_for_me(api: Api, cast: Cast, approval: Approval) -> None:
    decided = asking(turn(cast.owner))
    Approval.objects.filter(pk=decided.pk).update(status=ApprovalStatus.REJECTED)

    client = api(cast.owner)
    (row,) = client.get(URL, {"status": "pending"}).data["results"]

    assert row["id"] == str(approval.pk)
    assert (row["run_id"], row["session_id"]) == (str(approval.run_id), str(approval.run.conversation_id))
    assert (row["tool"], row["arguments"], row["status"]) == (approval.tool, approval.arguments, "pending")
    assert len(client.get(URL).data["results"]) == 2
    assert client.get(URL, {"status": "perhaps"}).status_code == 400


@pytest.mark.parametrize(
    ("who", "seen"),
    [("owner", 1), ("colleague", 0), ("manager", 1), ("outsider", 0), ("executive", 1), ("admin", 1)],
)
def test_who_sees_an_approval(api: Api, cast: Cast, approval: Approval, who: str, seen: int) -> None:
    assert len(api(getattr(cast, who)).get(URL).data["results"]) == seen


def test_the_list_costs_a_fixed_number_of_queries(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        asking(turn(cast.owner))
    with django_assert_max_num_queries(5):
        assert len(api(cast.owner).get(URL).data["results"]) == 6


def test_approving_queues_the_run_again_and_leaves_a_trail(api: Api, cast: Cast, approval: Approval) -> None:
    told = decide(api(cast.owner), approval, note="Go ahead").data

    assert (told["status"], told["decided_by"], told["note"]) == ("approved", cast.owner.name, "Go ahead")
    approval.run.refresh_from_db()
    assert approval.run.status == RunStatus.QUEUED
    event = AuditEvent.objects.get(action="assistant.approval.approved")
    assert (event.actor, event.object_id) == (cast.owner, str(approval.pk))


def test_arguments_may_be_edited_and_the_difference_is_kept(api: Api, cast: Cast, approval: Approval) -> None:
    told = decide(api(cast.owner), approval, arguments={"query": "prices", "limit": 2}).data

    assert told["decided_arguments"] == {"query": "prices", "limit": 2}
    assert '+  "limit": 2' in AuditEvent.objects.get(action="assistant.approval.approved").details["diff"]


@pytest.mark.parametrize("arguments", [{"limit": "many"}, {"query": "x", "unknown": 1}])
def test_arguments_that_the_tool_refuses_decide_nothing(
    api: Api, cast: Cast, approval: Approval, arguments: dict[str, Any]
) -> None:
    answer = decide(api(cast.owner), approval, arguments=arguments)

    approval.refresh_from_db()
    assert (answer.status_code, answer.data["code"]) == (400, "invalid_arguments")
    assert approval.status == ApprovalStatus.PENDING


def test_rejecting(api: Api, cast: Cast, approval: Approval) -> None:
    told = decide(api(cast.owner), approval, decision="reject", note="Not now").data

    assert (told["status"], told["note"]) == ("rejected", "Not now")


def test_the_first_decision_stands(api: Api, cast: Cast, approval: Approval) -> None:
    decide(api(cast.owner), approval)
    answer = decide(api(cast.manager), approval, decision="reject")

    assert (answer.status_code, answer.data["code"]) == (409, "already_decided")


def test_an_expired_question_takes_no_answer(api: Api, cast: Cast) -> None:
    late = asking(turn(cast.owner), expires_at=timezone.now() - timedelta(seconds=1))

    assert decide(api(cast.owner), late).data["code"] == "expired"


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("colleague", 404), ("manager", 200), ("outsider", 404), ("admin", 200)],
)
def test_who_decides(api: Api, cast: Cast, approval: Approval, who: str, status: int) -> None:
    assert decide(api(getattr(cast, who)), approval).status_code == status


def test_nobody_approves_what_they_may_not_do_themselves(api: Api, cast: Cast) -> None:
    unknown = asking(turn(cast.owner), tool="launch_rockets")

    assert decide(api(cast.owner), unknown).status_code == 403


@pytest.mark.parametrize(
    "body",
    [{"decision": "perhaps"}, {"decision": None}, {"arguments": []}, {"note": "x" * 2001}, {"note": "\x00"}],
)
def test_bad_answers_are_named(api: Api, cast: Cast, approval: Approval, body: dict[str, Any]) -> None:
    answer = decide(api(cast.owner), approval, **body)

    assert answer.status_code == 400
    assert set(answer.data["errors"]) == set(body)


def test_unknown_approvals_and_strangers(api: Api, cast: Cast, approval: Approval) -> None:
    assert api(cast.owner).post(f"{URL}{uuid4()}/decide", {"decision": "approve"}).status_code == 404
    assert api(None).get(URL).status_code == 401
    assert decide(api(None), approval).status_code == 401
