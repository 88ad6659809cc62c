"""Who answers, once, with which arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from apps.assistant import services
from apps.assistant.approving.selectors import may_decide, neighbours, queue_for
from apps.assistant.choices import ApprovalStatus, DecidedVia, PolicyEffect, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.crm.tools import schedule_follow_up
from apps.notifications.models import Notice
from tests.assistant.approval_bench import PostOffice, approve, calling, go_on, open_office, policy, waiting
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def office(declare: Declare, pipeline: Declare) -> PostOffice:
    made = open_office(declare)
    pipeline(calling(made.post, to="Wok"))
    return made


@pytest.fixture
def payment(cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare) -> Callable[..., Approval]:
    """A payment above the amount that one person may decide alone."""

    def ask(amount: int = 5000) -> Approval:
        policy("*.pay", four_eyes_above=1000)
        pipeline(calling(office.pay, to="Wok", amount=Decimal(amount)))
        return waiting(turn(cast.owner, "pay them"))

    return ask


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("owner", True),
        ("colleague", False),
        ("manager", True),
        ("outsider", False),
        ("executive", False),
        ("admin", True),
    ],
)
def test_who_decides(cast: Cast, turn: Turn, office: PostOffice, who: str, may: bool) -> None:
    """An executive decides on everything, but not on what he may not do himself."""
    asked = waiting(turn(cast.owner, "post it"))
    user = getattr(cast, who)
    assert (may_decide(asked, user) == "") is may
    if may:
        services.decide(approval=asked, user=user, decision="approve")
    else:
        with pytest.raises(Forbidden):
            services.decide(approval=asked, user=user, decision="approve")


def test_a_department_decider_of_elsewhere_does_not_decide(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    other = UserFactory(department=cast.outsider.department, roles=["sales_manager"])
    asked = waiting(turn(cast.owner, "post it"))
    with pytest.raises(Forbidden, match="another department"):
        services.decide(approval=asked, user=other, decision="reject")


def test_a_policy_that_denies_the_decider_refuses_the_decision(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    policy("*.post", PolicyEffect.DENY, role=cast.manager.groups.get())
    with pytest.raises(Forbidden, match=r"policy denies.* may decide it: Olive Owner, Ada Admin"):
        services.decide(approval=asked, user=cast.manager, decision="approve")
    services.decide(approval=asked, user=cast.owner, decision="approve")


def test_above_the_amount_somebody_else_has_to_agree(
    cast: Cast, payment: Callable[..., Approval], office: PostOffice
) -> None:
    asked = payment()
    assert asked.four_eyes
    with pytest.raises(Forbidden, match="Somebody else") as refused:
        services.decide(approval=asked, user=cast.owner, decision="approve")
    assert refused.value.code == "four_eyes"
    assert approve(asked.run, cast.manager).text == "paid Wok"


@pytest.mark.parametrize("tag", ["+2", "+finance", "+A+B"])
def test_a_second_account_of_the_same_person_is_nobody_else(
    cast: Cast, payment: Callable[..., Approval], office: PostOffice, tag: str
) -> None:
    asked = payment()
    name, host = cast.owner.email.split("@")
    cast.manager.email = f"{name.upper()}{tag}@{host}"
    cast.manager.save()
    with pytest.raises(Forbidden, match="Somebody else"):
        services.decide(approval=asked, user=cast.manager, decision="approve")
    services.decide(approval=asked, user=cast.manager, decision="reject")


def test_a_rule_that_became_stricter_binds_questions_that_wait(
    cast: Cast, payment: Callable[..., Approval], office: PostOffice
) -> None:
    asked = payment(500)
    policy("*.pay", four_eyes_above=100)
    with pytest.raises(Forbidden, match="Somebody else"):
        services.decide(approval=asked, user=cast.owner, decision="approve")
    assert approve(asked.run, cast.manager).text == "paid Wok"


def test_who_asked_may_always_take_it_back(cast: Cast, payment: Callable[..., Approval]) -> None:
    services.decide(approval=payment(), user=cast.owner, decision="reject")


def test_an_allowed_call_above_the_amount_is_asked_all_the_same(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare
) -> None:
    policy("*.pay", PolicyEffect.ALLOW, four_eyes_above=1000)
    pipeline(calling(office.pay, to="Wok", amount=Decimal(900)))
    assert turn(cast.owner, "pay").status == RunStatus.COMPLETED
    pipeline(calling(office.pay, to="Wok", amount=Decimal(1100)))
    asked = waiting(turn(cast.owner, "pay"))
    assert (asked.amount, asked.currency, asked.four_eyes) == (1100, "SGD", True)


def test_an_edit_does_not_lift_the_amount_above_ones_own(
    cast: Cast, payment: Callable[..., Approval]
) -> None:
    asked = payment(500)
    more = {"to": "Wok", "amount": "1500"}
    with pytest.raises(Forbidden, match="With this change") as refused:
        services.decide(approval=asked, user=cast.owner, decision="approve", arguments=more)
    assert refused.value.code == "four_eyes"
    decided = services.decide(approval=asked, user=cast.manager, decision="approve", arguments=more)
    assert (decided.amount, decided.four_eyes) == (1500, True)


def test_an_edit_that_lowers_the_amount_still_needs_the_second_person(
    cast: Cast, payment: Callable[..., Approval]
) -> None:
    asked = payment(5000)
    with pytest.raises(Forbidden):
        services.decide(
            approval=asked, user=cast.owner, decision="approve", arguments={"to": "Wok", "amount": "5"}
        )


def test_an_edit_is_looked_at_and_its_difference_kept(cast: Cast, turn: Turn, office: PostOffice) -> None:
    run = turn(cast.owner, "post it")
    edited = {"to": "Sunrise", "text": "Dear Sunrise"}
    decided = services.decide(approval=waiting(run), user=cast.owner, decision="approve", arguments=edited)
    assert decided.preview["lines"] == [["To", "Sunrise"]]
    assert decided.preview["body"] == "Dear Sunrise"
    assert '-  "to": "Wok"' in decided.diff
    assert '+  "text": "Dear Sunrise"' in decided.diff
    assert AuditEvent.objects.get(action="assistant.approval.approved").details["diff"] == decided.diff
    go_on(run)
    assert office.sent == [("Sunrise", "Dear Sunrise")]


def test_arguments_sent_back_unchanged_are_no_edit(cast: Cast, turn: Turn, office: PostOffice) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    decided = services.decide(approval=asked, user=cast.owner, decision="approve", arguments={"to": "Wok"})
    assert decided.diff == ""


@pytest.mark.parametrize(
    "edited", [{"to": "Wok", "text": "the secret"}, {"to": "nobody"}, {"to": 5}, {"cc": "x"}]
)
def test_an_edit_that_must_not_be_leaves_the_question_open(
    cast: Cast, turn: Turn, office: PostOffice, edited: dict[str, Any]
) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    with pytest.raises(Invalid):
        services.decide(approval=asked, user=cast.owner, decision="approve", arguments=edited)
    asked.refresh_from_db()
    assert asked.status == ApprovalStatus.PENDING


def test_an_edit_about_another_row_has_to_be_looked_at_first(
    cast: Cast, turn: Turn, pipeline: Declare
) -> None:
    one, other = (LeadFactory(company_name=name, assigned_to=cast.owner) for name in ("ABC", "DEF"))
    policy("crm.schedule_follow_up")
    pipeline(calling(schedule_follow_up, lead_id=str(one.pk), day=date(2031, 1, 5)))
    run = turn(cast.owner, "follow up")
    asked = waiting(run)
    edited = {"lead_id": str(other.pk), "day": "2031-01-05"}
    with pytest.raises(Conflict) as refused:
        services.decide(approval=asked, user=cast.owner, decision="approve", arguments=edited)
    assert refused.value.code == "look_again"

    look = services.look_at_edit(approval=asked, user=cast.owner, arguments=edited)
    assert "Lead DEF" in str(look.preview.lines)
    other.refresh_from_db()
    assert other.follow_up_date is None
    with pytest.raises(Conflict):
        services.decide(
            approval=asked, user=cast.owner, decision="approve", seen=look.seen,
            arguments={**edited, "day": "2032-01-05"},
        )  # fmt: skip
    services.decide(approval=asked, user=cast.owner, decision="approve", arguments=edited, seen=look.seen)
    go_on(run)
    other.refresh_from_db()
    assert str(other.follow_up_date) == "2031-01-05"


def test_the_second_answer_hears_who_gave_the_first_when_and_where(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    services.decide(approval=asked, user=cast.manager, decision="reject", via=DecidedVia.MAIL)
    with pytest.raises(Conflict, match=r"Mona Manager already rejected this on .+ \(Link in a mail\)"):
        services.decide(approval=asked, user=cast.owner, decision="approve")


def test_a_question_of_a_run_that_is_over_takes_no_answer(cast: Cast, turn: Turn, office: PostOffice) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    Run.objects.update(status=RunStatus.FAILED)
    with pytest.raises(Conflict) as refused:
        services.decide(approval=asked, user=cast.owner, decision="approve")
    assert refused.value.code == "run_finished"
    services.sweep()
    asked.refresh_from_db()
    assert asked.status == ApprovalStatus.EXPIRED


def test_a_parked_run_with_nothing_left_to_wait_for_is_woken(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    run = turn(cast.owner, "post it")
    Approval.objects.update(status=ApprovalStatus.EXPIRED)
    services.sweep()
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED


def test_how_long_a_question_stays_open_is_a_setting(
    cast: Cast, turn: Turn, office: PostOffice, settings: Any
) -> None:
    settings.ASSISTANT = {**settings.ASSISTANT, "APPROVAL_HOURS": 2}
    asked = waiting(turn(cast.owner, "post it"))
    left = asked.expires_at - timezone.now()
    assert timedelta(hours=1) < left <= timedelta(hours=2)


def test_those_who_may_answer_are_told(cast: Cast, turn: Turn, office: PostOffice) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    told = Notice.objects.filter(title="Posting to Wok")
    assert {notice.recipient for notice in told} == {cast.owner, cast.manager}
    assert all(str(asked.pk) in notice.url for notice in told)


def test_who_asked_is_not_told_to_answer_what_another_must(
    cast: Cast, payment: Callable[..., Approval]
) -> None:
    payment()
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.manager}


def test_without_anybody_in_the_department_those_who_decide_on_all_are_told(
    cast: Cast, turn: Turn, office: PostOffice
) -> None:
    cast.manager.groups.clear()
    turn(cast.owner, "post it")
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.owner, cast.admin}


def test_the_queue_and_its_neighbours(cast: Cast, turn: Turn, office: PostOffice) -> None:
    first, second, third = (waiting(turn(cast.owner, "post it")) for _ in range(3))
    assert list(queue_for(cast.manager)) == [first, second, third]
    assert not queue_for(cast.colleague).exists()
    assert neighbours(second, cast.manager) == (first, third)
    services.decide(approval=second, user=cast.manager, decision="reject")
    assert neighbours(second, cast.manager) == (first, third)
    assert neighbours(first, cast.manager) == (None, third)
    assert neighbours(third, cast.colleague) == (None, None)


def test_one_run_with_several_questions_waits_for_the_last(
    cast: Cast, turn: Turn, office: PostOffice, pipeline: Declare
) -> None:
    def two(ctx: SkillContext) -> SkillResult:
        return SkillResult(text=ctx.call(office.post, to="A") + ctx.call(office.post, to="B"))

    pipeline(two)
    run = approve(turn(cast.owner, "both"), cast.owner)
    assert (run.status, office.sent) == (RunStatus.WAITING_APPROVAL, [("A", "")])
    assert approve(run, cast.owner).text == "posted to Aposted to B"


def test_one_who_holds_the_right_by_hand_is_found(cast: Cast, turn: Turn, office: PostOffice) -> None:
    cast.manager.groups.clear()
    right = Permission.objects.get(codename="decide_department_approvals")
    cast.colleague.user_permissions.add(right)
    turn(cast.owner, "post it")
    assert Notice.objects.filter(recipient=cast.colleague).exists()


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_makes_the_notices_of_everybody_old(
    cast: Cast, turn: Turn, payment: Callable[..., Approval], decision: str
) -> None:
    asked, other = payment(), payment()
    new = Notice.objects.unread().filter(url__contains=str(asked.pk))
    [told] = new
    Notice.objects.create(recipient=cast.admin, kind=told.kind, title=told.title, key=told.key, url=told.url)
    services.decide(approval=asked, user=cast.admin, decision=decision)
    assert not new.all().exists()
    assert Notice.objects.unread().filter(url__contains=str(other.pk)).exists()


def test_a_question_that_ran_out_is_new_to_nobody(cast: Cast, turn: Turn, office: PostOffice) -> None:
    asked = waiting(turn(cast.owner, "post it"))
    assert Notice.objects.unread().exists()
    Approval.objects.filter(pk=asked.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    assert services.expire_overdue() == 1
    assert not Notice.objects.unread().exists()
