"""What a person reads before agreeing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.assistant.choices import ApprovalReason, PolicyEffect, Risk, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.toolkit import Preview, ToolContext
from apps.audit.models import RowChange
from apps.core.versions import version_of
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.tools import create_lead, delete_lead, move_lead_stage, update_lead
from tests.assistant.approval_bench import (
    PostOffice,
    approve,
    calling,
    open_office,
    policy,
    stage_of,
    waiting,
)
from tests.conftest import Cast
from tests.factories.crm import ActivityFactory, LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def office(declare: Declare) -> PostOffice:
    return open_office(declare)


def test_a_tool_tells_what_it_would_do(cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare) -> None:
    pipeline(calling(office.post, to="Wok", text="Dear Wok"))
    asked = waiting(turn(cast.owner, "post it"))
    assert asked.preview["lines"] == [["To", "Wok"]]
    assert asked.preview["body"] == "Dear Wok"
    assert (asked.risk, asked.department, asked.summary) == (Risk.MEDIUM, "sales", "Posting to Wok")


def test_a_call_is_tried_and_undone_to_show_its_rows(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.owner, status=LeadStatus.NEW)
    policy("crm.move_lead_stage")
    pipeline(calling(move_lead_stage, lead_id=str(lead.pk), status=LeadStatus.CONTACTED))

    asked = waiting(turn(cast.owner, "move it"))

    line = next(value for label, value in asked.preview["lines"] if label == "Lead ABC")
    assert line.lower().endswith("new → contacted")
    assert stage_of(lead) == LeadStatus.NEW
    assert not RowChange.objects.exists()
    touched = next(row for row in asked.touches if row["model"] == "crm.lead")
    lead.refresh_from_db()
    assert (touched["id"], touched["version"]) == (str(lead.pk), version_of(lead))
    assert approve(asked.run, cast.owner).status == RunStatus.COMPLETED
    assert stage_of(lead) == LeadStatus.CONTACTED


def test_a_deletion_names_all_that_goes_with_it(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.manager)
    ActivityFactory(lead=lead)
    pipeline(calling(delete_lead, lead_id=str(lead.pk), company="ABC"))

    asked = waiting(turn(cast.manager, "delete it"))

    assert asked.preview["lines"][0] == ["Lead ABC", "is deleted"]
    assert any(label.startswith("Activity") for label, _ in asked.preview["lines"])
    assert asked.risk == Risk.HIGH
    assert Lead.objects.filter(pk=lead.pk).exists()


def test_a_new_row_is_told_with_what_is_in_it(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    policy("crm.create_lead")
    pipeline(calling(create_lead, company_name="Sunrise Cafe", contact_email="ann@sunrise.example"))
    asked = waiting(turn(cast.owner, "add it"))
    value = dict(asked.preview["lines"])["Lead Sunrise Cafe"]
    assert "is added" in value
    assert "ann@sunrise.example" in value
    assert not Lead.objects.exists()


def test_what_code_keeps_for_itself_is_not_told(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.owner)
    policy("crm.update_lead")
    pipeline(calling(update_lead, lead_id=str(lead.pk), company_name="ABC Trading"))
    lines = waiting(turn(cast.owner, "rename it")).preview["lines"]
    told = [value for label, value in lines if label == "Lead ABC"]
    assert len(told) == 1
    assert "ABC → ABC Trading" in told[0]


def test_an_outside_tool_is_never_tried(cast: Cast, turn: Turn, declare: Declare, pipeline: Declare) -> None:
    called: list[str] = []

    @declare(permission=None, external=True, summary="Ringing {to}")
    def ring(ctx: ToolContext, *, to: str, words: list[str] | None = None) -> str:
        """Ring somebody."""
        called.append(to)
        return "rung"

    pipeline(calling(ring, to="Wok", words=["hello", "there"]))
    asked = waiting(turn(cast.owner, "ring"))
    assert called == []
    assert asked.preview["lines"] == [["To", "Wok"], ["Words", "hello, there"]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"to": "Wok", "text": "the secret"}, "This word must not leave the house."),
        ({"to": "nobody"}, "There is nobody of that name."),
    ],
)
def test_what_must_not_be_is_refused_before_anybody_is_asked(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare, arguments: dict[str, Any], sentence: str
) -> None:
    pipeline(calling(office.post, **arguments))
    run = turn(cast.owner, "post it")
    assert (run.status, run.text) == (RunStatus.COMPLETED, sentence)
    assert run.steps.get(name="post").error == sentence
    assert not Approval.objects.exists()
    assert office.sent == []


def test_blocked_also_where_a_rule_allows(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare
) -> None:
    policy("*.post", PolicyEffect.ALLOW)
    pipeline(calling(office.post, to="Wok", text="the secret"))
    assert turn(cast.owner, "post it").text == "This word must not leave the house."
    assert office.sent == []


def test_a_crash_of_the_preview_loses_nothing(
    cast: Cast, turn: Turn, declare: Declare, pipeline: Declare
) -> None:
    def broken(ctx: ToolContext, *, to: str) -> Preview:
        raise KeyError(to)

    @declare(permission=None, external=True, preview=broken)
    def ring(ctx: ToolContext, *, to: str) -> str:
        """Ring somebody."""
        raise AssertionError

    pipeline(calling(ring, to="Wok"))
    run = turn(cast.owner, "ring")
    assert run.status == RunStatus.COMPLETED
    assert "nobody can agree" in run.text


def test_a_rehearsed_call_that_fails_says_why(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    pipeline(calling(delete_lead, lead_id="no-such", company="ABC"))
    run = turn(cast.manager, "delete it")
    assert (run.status, run.text) == (RunStatus.COMPLETED, "There is no such lead.")
    assert not Approval.objects.exists()


def test_why_and_where_from_stand_in_the_question(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare
) -> None:
    pipeline(calling(office.post, to="Wok", text="A text of our own"))
    asked = waiting(turn(cast.owner, "post it to Wok"))
    assert asked.reason == ApprovalReason.POLICY
    assert [(leaf["path"], leaf["origin"]) for leaf in asked.provenance] == [
        ("to", "user"),
        ("text", "composed"),
    ]
