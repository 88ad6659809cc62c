"""Before a parked run goes on: whether all that was agreed to still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.models import User
from apps.assistant import services
from apps.assistant.choices import ApprovalReason, ApprovalStatus, PolicyEffect, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.crm.services.leads import update_lead
from apps.crm.tools import delete_lead, move_lead_stage, schedule_follow_up
from tests.assistant.approval_bench import (
    PostOffice,
    approve,
    calling,
    go_on,
    open_office,
    policy,
    stage_of,
    waiting,
)
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def office(declare: Declare, pipeline: Declare) -> PostOffice:
    made = open_office(declare)
    pipeline(calling(made.post, to="Wok"))
    return made


def dismiss(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def test_a_requester_who_left_has_nothing_done(cast: Cast, turn: Turn, office: PostOffice) -> None:
    run = turn(cast.owner, "post it")
    services.decide(approval=waiting(run), user=cast.manager, decision="approve")
    dismiss(cast.owner)
    run = go_on(run)
    assert "no longer in use" in (run.text + run.error_detail)
    assert office.sent == []


def test_a_requester_who_lost_the_right_has_nothing_done(cast: Cast, turn: Turn, office: PostOffice) -> None:
    run = turn(cast.owner, "post it")
    services.decide(approval=waiting(run), user=cast.manager, decision="approve")
    cast.owner.groups.clear()
    run = go_on(run)
    assert "Olive Owner" in (run.text + run.error_detail)
    assert office.sent == []


def test_an_approver_who_left_agreed_to_nothing(cast: Cast, turn: Turn, office: PostOffice) -> None:
    run = turn(cast.owner, "post it")
    services.decide(approval=waiting(run), user=cast.manager, decision="approve")
    dismiss(cast.manager)
    run = go_on(run)
    assert run.status == RunStatus.COMPLETED
    assert run.text.startswith("Mona Manager, who agreed to this, no longer has the right")
    assert office.sent == []


def test_an_approver_who_moved_to_another_department_agreed_to_nothing(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    run = turn(cast.owner, "post it")
    services.decide(approval=waiting(run), user=cast.manager, decision="approve")
    User.objects.filter(pk=cast.manager.pk).update(department_id="finance")
    assert "Mona Manager" in go_on(run).text
    assert office.sent == []


def test_a_rule_that_denies_meanwhile_holds(cast: Cast, turn: Turn, office: PostOffice) -> None:
    run = turn(cast.owner, "post it")
    services.decide(approval=waiting(run), user=cast.owner, decision="approve")
    policy("*.post", PolicyEffect.DENY)
    run = go_on(run)
    assert "A policy now denies this" in (run.text + run.error_detail)
    assert office.sent == []


def _parked_move(cast: Cast, turn: Turn, pipeline: Declare) -> tuple[Run, Lead]:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.owner, status=LeadStatus.NEW)
    policy("crm.move_lead_stage")
    pipeline(calling(move_lead_stage, lead_id=str(lead.pk), status=LeadStatus.CONTACTED))
    return turn(cast.owner, "move it"), lead


def test_what_changed_meanwhile_is_asked_about_anew(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    run, lead = _parked_move(cast, turn, pipeline)
    first = waiting(run)
    services.decide(approval=first, user=cast.owner, decision="approve")
    update_lead(actor=cast.manager, lead=lead, value=Decimal(5000))

    run = go_on(run)

    assert run.status == RunStatus.WAITING_APPROVAL
    assert stage_of(lead) == LeadStatus.NEW
    again = waiting(run)
    assert again.reason == ApprovalReason.CHANGED
    assert again.pk != first.pk
    assert "Mona Manager" in again.preview["warnings"][0]
    assert "Lead ABC" in again.preview["warnings"][0]
    assert again.touches != first.touches
    run = approve(run, cast.owner)
    assert run.status == RunStatus.COMPLETED
    assert stage_of(lead) == LeadStatus.CONTACTED


def test_it_is_asked_as_often_as_it_changes(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    run, lead = _parked_move(cast, turn, pipeline)
    for value in (1, 2, 3):
        services.decide(approval=waiting(run), user=cast.owner, decision="approve")
        lead.refresh_from_db()
        update_lead(actor=cast.manager, lead=lead, value=Decimal(value))
        run = go_on(run)
    services.decide(approval=waiting(run), user=cast.owner, decision="reject", note="enough")
    run = go_on(run)
    assert run.status == RunStatus.COMPLETED
    assert "enough" in run.text
    assert Approval.objects.filter(run=run).count() == 4


def test_what_was_deleted_meanwhile_is_told(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    run, lead = _parked_move(cast, turn, pipeline)
    services.decide(approval=waiting(run), user=cast.owner, decision="approve")
    lead.delete()
    run = go_on(run)
    assert (run.status, run.text) == (RunStatus.COMPLETED, "There is no such lead.")


def test_a_run_that_changes_a_row_twice_is_not_asked_about_its_own_doing(
    cast: Cast, turn: Turn, pipeline: Declare
) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.owner, status=LeadStatus.NEW)
    policy("crm.move_lead_stage")
    policy("crm.schedule_follow_up")

    def both(ctx: SkillContext) -> SkillResult:
        ctx.call(move_lead_stage, lead_id=str(lead.pk), status=LeadStatus.CONTACTED)
        ctx.call(schedule_follow_up, lead_id=str(lead.pk), day=date(2031, 1, 5))
        return SkillResult(text="both")

    pipeline(both)
    run = approve(turn(cast.owner, "both"), cast.owner)
    assert approve(run, cast.owner).text == "both"
    assert set(Approval.objects.values_list("status", flat=True)) == {ApprovalStatus.APPROVED}


def test_an_edit_that_is_asked_about_anew_keeps_the_edit(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.owner)
    policy("crm.schedule_follow_up")
    pipeline(calling(schedule_follow_up, lead_id=str(lead.pk), day=date(2031, 1, 5)))
    run = turn(cast.owner, "follow up")
    edited = {"lead_id": str(lead.pk), "day": "2031-02-06"}
    services.decide(approval=waiting(run), user=cast.owner, decision="approve", arguments=edited)
    update_lead(actor=cast.manager, lead=lead, value=Decimal(7))
    run = go_on(run)
    assert waiting(run).arguments["day"] == "2031-02-06"
    approve(run, cast.owner)
    lead.refresh_from_db()
    assert str(lead.follow_up_date) == "2031-02-06"


def test_a_deletion_of_a_row_that_changed_waits_again(cast: Cast, turn: Turn, pipeline: Declare) -> None:
    lead = LeadFactory(company_name="ABC", contact_name="", assigned_to=cast.manager)
    pipeline(calling(delete_lead, lead_id=str(lead.pk), company="ABC"))
    run = turn(cast.manager, "delete it")
    services.decide(approval=waiting(run), user=cast.manager, decision="approve")
    update_lead(actor=cast.manager, lead=lead, notes="They called: keep it!")
    run = go_on(run)
    assert waiting(run).reason == ApprovalReason.CHANGED
    assert Lead.objects.filter(pk=lead.pk).exists()
