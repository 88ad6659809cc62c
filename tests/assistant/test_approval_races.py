"""Many people, many processes: what was agreed to once happens once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from apps.assistant import services
from apps.assistant.approving.deciding import expire_overdue
from apps.assistant.choices import ApprovalStatus, RunStatus
from apps.assistant.models import Approval, Run
from apps.assistant.running.runner import execute
from apps.assistant.toolkit import ToolContext
from apps.audit.models import AuditEvent
from apps.contacts.models import Company
from apps.core.db import returned_afterwards
from apps.core.errors import DomainError
from tests.assistant.approval_bench import PostOffice, calling, open_office, parked_alike, waiting
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

Declare = Callable[..., Any]
Turn = Callable[..., Run]
QUESTIONS = 100
PEOPLE = 16
WORKERS = 4


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a worker was rung for each run."""
    rung: Counter[str] = Counter()
    lock = threading.Lock()

    def ring(run_id: str) -> None:
        with lock:
            rung[run_id] += 1

    monkeypatch.setattr("apps.assistant.approving.deciding.execute_run.delay", ring)
    return rung


def test_of_200_decisions_on_100_questions_100_count_and_have_100_effects(
    cast: Cast, turn: Turn, declare: Declare, pipeline: Declare, bell: Counter[str]
) -> None:
    @declare(permission="crm.view_lead", external=True, summary="Founding")
    def found_company(ctx: ToolContext) -> str:
        """Found a company, named after the step that asked for it."""
        Company.objects.create(name=f"Company {ctx.step_id}", name_key=str(ctx.step_id))
        return "founded"

    pipeline(calling(found_company))
    runs = parked_alike(turn(cast.owner, "found one"), QUESTIONS)
    questions = list(Approval.objects.pending())
    tries = [(question, who) for question in questions for who in (cast.owner, cast.manager)]
    Random(4).shuffle(tries)

    def decide(one: tuple[Approval, Any]) -> str:
        with returned_afterwards():
            try:
                services.decide(approval=one[0], user=one[1], decision="approve")
            except DomainError as error:
                polite = "already approved this on" in error.detail
                return f"{error.status} {error.code}" if polite else error.detail
            return "decided"

    with ThreadPoolExecutor(PEOPLE) as people:
        answers = Counter(people.map(decide, tries))
    assert answers == {"decided": QUESTIONS, "409 already_decided": QUESTIONS}
    assert bell == {str(run.pk): 1 for run in runs}

    def work(run: Run) -> None:
        with returned_afterwards():
            execute(run.pk)

    twice = runs[::10]
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, [*runs, *twice]))
    assert Company.objects.count() == QUESTIONS
    assert set(Run.objects.values_list("status", flat=True)) == {RunStatus.COMPLETED}
    assert AuditEvent.objects.filter(action="assistant.approval.approved").count() == QUESTIONS


def test_a_decision_that_races_with_the_end_of_its_time_counts_or_does_not(
    cast: Cast, turn: Turn, declare: Declare, pipeline: Declare, bell: Counter[str]
) -> None:
    office: PostOffice = open_office(declare)
    pipeline(calling(office.post, to="Wok"))
    parked_alike(turn(cast.owner, "post it"), 20)
    questions = list(Approval.objects.pending())
    soon = timezone.now() + timedelta(milliseconds=60)
    Approval.objects.update(expires_at=soon)
    start = threading.Barrier(PEOPLE)
    outcomes: list[tuple[Any, str]] = []

    def decide(share: list[Approval]) -> None:
        with returned_afterwards():
            start.wait()
            for question in share:
                try:
                    services.decide(approval=question, user=cast.owner, decision="approve")
                except DomainError as error:
                    outcomes.append((question.pk, error.code))
                else:
                    outcomes.append((question.pk, "decided"))

    def expire() -> None:
        with returned_afterwards():
            start.wait()
            while Approval.objects.pending().exists():
                expire_overdue()

    with ThreadPoolExecutor(PEOPLE) as people:
        for number in range(PEOPLE - 2):
            people.submit(decide, questions[number::4])
        people.submit(expire)
        people.submit(expire)

    assert {code for _, code in outcomes} <= {"decided", "expired", "already_decided"}
    counted = Counter(pk for pk, code in outcomes if code == "decided")
    for question in questions:
        question.refresh_from_db()
        expected = ApprovalStatus.APPROVED if counted[question.pk] else ApprovalStatus.EXPIRED
        assert question.status == expected
        assert counted[question.pk] <= 1
    assert set(Run.objects.values_list("status", flat=True)) == {RunStatus.QUEUED}
    assert all(times == 1 for times in bell.values())
    assert len(bell) == len(questions)


def test_answers_to_two_questions_of_one_run_at_once_wake_it(
    cast: Cast, turn: Turn, declare: Declare, pipeline: Declare, bell: Counter[str]
) -> None:
    """Each answer must see the other, or the run would sleep for ever."""
    office: PostOffice = open_office(declare)
    pipeline(calling(office.post, to="Wok"))
    run = turn(cast.owner, "post it")
    one = waiting(run)
    Approval.objects.create(
        run=run, step_key="other", tool=one.tool, arguments=one.arguments, expires_at=one.expires_at
    )
    runs = parked_alike(run, 8)
    pairs = list(Approval.objects.pending())
    start = threading.Barrier(len(pairs))

    def decide(question: Approval) -> None:
        with returned_afterwards():
            start.wait()
            services.decide(approval=question, user=cast.owner, decision="approve")

    with ThreadPoolExecutor(len(pairs)) as people:
        list(people.map(decide, pairs))
    assert set(Run.objects.values_list("status", flat=True)) == {RunStatus.QUEUED}
    assert bell == {str(run.pk): 1 for run in runs}
