"""An evaluation under way says how far it is, can be stopped, and survives the death of its worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.choices import EvaluationStatus
from apps.assistant.evaluation import running, services
from apps.assistant.models import Evaluation, EvaluationCase, EvaluationResult
from apps.assistant.rehearsing.playing import Played
from apps.assistant.tasks import run_evaluation
from apps.core.errors import Conflict, Forbidden
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def cases() -> list[EvaluationCase]:
    """Three that want a word in the answer."""
    return [
        EvaluationCase.objects.create(
            key=f"case-{name}", title=f"The {name}", message=name, role="staff", facts=[name]
        )
        for name in ("first", "second", "third")
    ]


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of cases that were played: each is answered with "first"."""
    keys: list[str] = []

    def play(case: EvaluationCase, *_: Any) -> Played:
        keys.append(case.key)
        return Played("It is the first.", "sales", None, "", "offline")

    monkeypatch.setattr(running, "_play", play)
    monkeypatch.setattr(running.files, "sync_cases", lambda: 0)
    return keys


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> list[str]:
    """The evaluations that a worker was rung for."""
    rung: list[str] = []
    monkeypatch.setattr(run_evaluation, "delay", rung.append)
    monkeypatch.setattr(services.transaction, "on_commit", lambda ring, robust: ring())
    return rung


def under_way(by: User | None, cases: list[EvaluationCase], *, minutes: int = 0) -> Evaluation:
    """One that a worker is at, with the first case done, silent since so many minutes."""
    evaluation = running.start(started_by=by)
    EvaluationResult.objects.create(
        evaluation=evaluation,
        case=cases[0],
        role=cases[0].role,
        passed=True,
        checks={"facts": True},
        answer="first",
    )
    Evaluation.objects.filter(pk=evaluation.pk).update(
        status=EvaluationStatus.RUNNING,
        total=len(cases),
        updated_at=timezone.now() - timedelta(minutes=minutes),
    )
    evaluation.refresh_from_db()
    return evaluation


def test_the_page_tells_how_far_it_is_and_asks_for_that_part_only(
    cast: Cast, cases: list[EvaluationCase], browser_client: Browser
) -> None:
    evaluation = under_way(cast.manager, cases)
    url = reverse("admin:assistant_evaluation_change", args=[evaluation.pk])
    whole = browser_client(cast.manager).get(url).content.decode()
    part = browser_client(cast.manager).get(url, {"part": "progress"}).content.decode()
    for shown in (whole, part):
        assert "1 of 3 cases played" in shown
        assert "1 passed so far (100 %)" in shown
        assert 'data-state="under-way"' in shown
        assert 'max="3" value="1"' in shown
    assert "<html" in whole
    assert "<html" not in part


def test_what_was_played_before_an_interruption_is_not_played_again(
    cast: Cast, cases: list[EvaluationCase], played: list[str], rings: list[str]
) -> None:
    evaluation = under_way(cast.manager, cases, minutes=10)
    assert services.sweep() == 1
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.error) == (
        EvaluationStatus.QUEUED,
        "The worker stopped after 1 of 3 cases.",
    )
    assert rings == [str(evaluation.pk)]
    running.run_queued(evaluation.pk)
    evaluation.refresh_from_db()
    assert played == ["case-second", "case-third"]
    assert (evaluation.status, evaluation.passed, evaluation.total) == (EvaluationStatus.COMPLETED, 1, 3)
    assert (evaluation.columns, evaluation.error) == ({"facts": [1, 3]}, "")


def test_one_that_kills_its_worker_twice_at_the_same_case_is_closed(
    cast: Cast, cases: list[EvaluationCase], rings: list[str]
) -> None:
    evaluation = under_way(cast.manager, cases, minutes=10)
    services.sweep()
    long_ago = timezone.now() - timedelta(hours=1)
    Evaluation.objects.update(status=EvaluationStatus.RUNNING, updated_at=long_ago)
    services.sweep()
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.passed) == (EvaluationStatus.FAILED, 1)
    assert rings == [str(evaluation.pk)]


def test_one_of_a_terminal_is_closed_and_a_living_one_left_alone(
    cast: Cast, cases: list[EvaluationCase], rings: list[str]
) -> None:
    alive, dead = under_way(cast.manager, cases), under_way(None, cases, minutes=10)
    assert services.sweep() == 1
    alive.refresh_from_db()
    dead.refresh_from_db()
    assert (alive.status, dead.status) == (EvaluationStatus.RUNNING, EvaluationStatus.FAILED)
    assert rings == []


def test_a_lost_ring_is_rung_again(cast: Cast, rings: list[str]) -> None:
    evaluation = running.start(started_by=cast.manager)
    assert services.sweep() == 0
    Evaluation.objects.update(updated_at=timezone.now() - timedelta(hours=1))
    services.sweep()
    services.sweep()
    assert rings == [str(evaluation.pk)]


def test_it_stops_before_the_next_case_and_keeps_what_was_played(
    cast: Cast, cases: list[EvaluationCase], monkeypatch: pytest.MonkeyPatch, browser_client: Browser
) -> None:
    evaluation = running.start(started_by=cast.manager)
    client = browser_client(cast.manager)

    def play(*_: Any) -> Played:
        client.post(reverse("admin:assistant_evaluation_stop", args=[evaluation.pk]))
        return Played("first", "sales", None, "", "offline")

    monkeypatch.setattr(running, "_play", play)
    done = running.run(evaluation, cases=cases)
    assert done.results.count() == 1
    assert (done.status, done.error) == (EvaluationStatus.FAILED, f"Stopped by {cast.manager}.")
    shown = client.get(reverse("admin:assistant_evaluation_change", args=[done.pk])).content.decode()
    assert "1 of 3 cases were played." in shown
    with pytest.raises(Conflict):
        services.stop_evaluation(actor=cast.manager, evaluation=done)


def test_others_do_not_stop_it(cast: Cast, cases: list[EvaluationCase]) -> None:
    evaluation = under_way(cast.manager, cases)
    for stranger in (cast.owner, cast.executive):
        with pytest.raises(Forbidden):
            services.stop_evaluation(actor=stranger, evaluation=evaluation)
    services.stop_evaluation(actor=cast.admin, evaluation=evaluation)


def test_a_case_that_another_worker_played_meanwhile_ends_this_one(
    cast: Cast, cases: list[EvaluationCase], monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation = running.start(started_by=cast.manager)

    def play(case: EvaluationCase, *_: Any) -> Played:
        EvaluationResult.objects.create(evaluation=evaluation, case=case, role=case.role, passed=True)
        return Played("first", "sales", None, "", "offline")

    monkeypatch.setattr(running, "_play", play)
    done = running.run(evaluation, cases=cases)
    assert (done.status, done.results.count()) == (EvaluationStatus.RUNNING, 1)


def test_a_model_costs_money_so_not_everybody_evaluates_with_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.llm, "active_mode", lambda: "claude")
    assert services.modes_for(cast.executive) == ["offline"]
    assert services.modes_for(cast.manager) == ["offline", "claude"]
    with pytest.raises(Forbidden):
        services.ask_for_evaluation(actor=cast.executive, mode="claude")
    services.ask_for_evaluation(actor=cast.manager, mode="claude")
    with pytest.raises(Conflict):
        services.ask_for_evaluation(actor=cast.admin, mode="claude")
