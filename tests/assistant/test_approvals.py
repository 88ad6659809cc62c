"""What waits for a person: parked, decided once, resumed, refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.assistant import services
from apps.assistant.choices import ApprovalReason, ApprovalStatus, RunStatus
from apps.assistant.errors import LeaseLost
from apps.assistant.events import events_after
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.assistant.skillkit import SkillResult
from apps.assistant.toolkit import ToolContext
from apps.core.db import returned_afterwards
from apps.core.errors import Conflict, DomainError, Forbidden, Invalid
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]
sent: list[str] = []


@pytest.fixture(autouse=True)
def _post(declare: Declare, pipeline: Declare) -> None:
    sent.clear()

    @declare(permission="crm.view_lead", external=True, summary="Posting to {to}")
    def post(ctx: ToolContext, *, to: str) -> str:
        """Post a letter."""
        sent.append(to)
        return f"posted to {to}"

    pipeline(lambda ctx: SkillResult(text=ctx.call(post, to="Wok")))


def _open(run: Run) -> Approval:
    return Approval.objects.get(run=run, status=ApprovalStatus.PENDING)


def test_an_external_tool_parks_the_run_and_approval_resumes_it(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "post it")
    assert run.status == RunStatus.WAITING_APPROVAL
    assert run.lease_expires_at is None
    assert sent == []
    asked = events_after(run.conversation_id, 0)[-1]
    assert (asked["type"], asked["approval"]["summary"]) == ("approval.requested", "Posting to Wok")

    services.decide(approval=_open(run), user=cast.owner, decision="approve")
    execute(run.pk)
    run.refresh_from_db()
    assert (run.status, run.text, sent) == (RunStatus.COMPLETED, "posted to Wok", ["Wok"])


def test_a_rejection_is_told_and_nothing_is_sent(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "post it")
    services.decide(approval=_open(run), user=cast.owner, decision="reject", note="not today")
    execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
    assert "declined" in run.text
    assert "not today" in run.text
    assert sent == []


def test_edited_arguments_are_used_and_their_difference_is_kept(cast: Cast, turn: Turn) -> None:
    from apps.audit.models import AuditEvent

    run = turn(cast.owner, "post it")
    services.decide(approval=_open(run), user=cast.owner, decision="approve", arguments={"to": "Sunrise"})
    execute(run.pk)
    assert sent == ["Sunrise"]
    diff = AuditEvent.objects.get(action="assistant.approval.approved").details["diff"]
    assert '-  "to": "Wok"' in diff
    assert '+  "to": "Sunrise"' in diff


def test_arguments_the_tool_refuses_leave_the_question_open(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "post it")
    with pytest.raises(Invalid):
        services.decide(approval=_open(run), user=cast.owner, decision="approve", arguments={"cc": "x"})
    assert _open(run).status == ApprovalStatus.PENDING


def test_who_may_not_use_the_tool_may_not_approve_it(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "post it")
    with pytest.raises(Forbidden):
        services.decide(approval=_open(run), user=cast.outsider, decision="approve")


def test_of_many_decisions_at_once_exactly_one_counts(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "post it")
    approval = _open(run)

    def decide(number: int) -> bool:
        with returned_afterwards():
            try:
                services.decide(approval=approval, user=cast.owner, decision="approve")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(decide, range(16))) == 1
    execute(run.pk)
    assert sent == ["Wok"]


def test_an_expired_question_counts_as_no(cast: Cast, turn: Turn) -> None:
    run = turn(cast.owner, "post it")
    Approval.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(DomainError):
        services.decide(approval=_open(run), user=cast.owner, decision="approve")
    services.sweep()
    execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
    assert sent == []


def test_an_external_effect_that_was_interrupted_is_not_repeated_unasked(
    cast: Cast, declare: Declare, pipeline: Declare, turn: Turn
) -> None:
    @declare(permission=None, external=True, summary="Mailing")
    def mail(ctx: ToolContext) -> str:
        """The worker dies after the letter has left."""
        sent.append("letter")
        if len(sent) == 1:
            raise LeaseLost
        return "mailed"

    pipeline(lambda ctx: SkillResult(text=ctx.call(mail)))
    run = turn(cast.owner, "mail it")
    services.decide(approval=_open(run), user=cast.owner, decision="approve")
    execute(run.pk)
    Run.objects.filter(pk=run.pk).update(lease_expires_at=None)
    execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.WAITING_APPROVAL
    assert sent == ["letter"]
    question = _open(run)
    assert question.reason == ApprovalReason.UNCERTAIN
    services.decide(approval=question, user=cast.owner, decision="reject")
    execute(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
    assert sent == ["letter"]
