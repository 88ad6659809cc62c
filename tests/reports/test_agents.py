"""The report on what agents did, against independent SQL on random runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from apps.accounts.models import User
from apps.assistant.choices import FINAL, RunStatus, StepKind, StepStatus, Trigger
from apps.assistant.models import Approval, Run, RunStep
from apps.core.reporting import Findings, reports
from tests.conftest import Cast
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.chat import asking, turn
from tests.reports.asking import (
    asked,
    cells,
    counted,
    dataset,
    linked_shapes,
    rows_behind,
    tile,
    unlinked_counts,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
TZ = "Asia/Singapore"


def inside(column: str) -> str:
    return f"""{column} >= ('2026-11-01'::timestamp AT TIME ZONE '{TZ}')
               AND {column} < ('2026-12-01'::timestamp AT TIME ZONE '{TZ}')"""


@pytest.fixture
def busy(cast: Cast) -> Iterator[Cast]:
    """Runs of sales and finance, with tool calls, and questions that wait."""
    rng = Random(4)
    with time_machine.travel(NOW, tick=False):
        for number in range(36):
            user = rng.choice([cast.owner, cast.colleague, cast.outsider])
            run = turn(user)
            at = NOW - timedelta(days=rng.randrange(0, 40), hours=rng.choice((10, 11, 0)))
            status = rng.choice((*FINAL, RunStatus.COMPLETED, RunStatus.QUEUED))
            Run.objects.filter(pk=run.pk).update(
                created_at=at,
                agent=rng.choice(("sales", "finance")),
                skill=rng.choice(("pipeline_overview", "")),
                trigger=rng.choice(Trigger.values),
                status=status,
                error_code=rng.choice(("internal_error", "limit_reached")) if status == "failed" else "",
                started_at=at,
                finished_at=at + timedelta(seconds=rng.randrange(1, 300)) if status in FINAL else None,
            )
            for key in range(rng.randrange(4)):
                _step(run, rng, at, str(key))
            if number % 12 == 0:
                question = asking(turn(user))
                Approval.objects.filter(pk=question.pk).update(created_at=NOW - timedelta(hours=number + 1))
        gone = asking(turn(cast.owner))
        Approval.objects.filter(pk=gone.pk).update(expires_at=NOW - timedelta(minutes=1))
        yield cast


def _step(run: Run, rng: Random, at: datetime, key: str) -> None:
    RunStep.objects.create(
        run=run,
        key=key,
        kind=rng.choice((StepKind.TOOL, StepKind.TOOL, StepKind.MODEL)),
        name=rng.choice(("find_leads", "create_lead")),
        status=rng.choice((StepStatus.DONE, StepStatus.ERROR, StepStatus.FAILED)),
        started_at=at,
        finished_at=at + timedelta(seconds=rng.randrange(20)),
    )


def ask(user: User, **filters: Any) -> Findings:
    return asked("agent_activity", user, now=NOW, **({"period": "this_month"} | filters))


def test_totals_reconcile_with_the_database(busy: Cast) -> None:
    found = ask(busy.executive)
    ((runs, completed, failed, median),) = counted(
        f"""SELECT count(*), count(*) FILTER (WHERE status = 'completed'),
                   count(*) FILTER (WHERE status = 'failed'),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY CASE WHEN status = 'completed'
                       THEN extract(epoch FROM finished_at - started_at) END)
            FROM assistant_run WHERE {inside("created_at")}"""
    )
    shown = {item.key: item.value for item in found.tiles}
    assert (shown["runs"], shown["completed"], shown["failed"]) == (runs, completed, failed)
    assert shown["median"] == round(median)
    assert min(completed, failed) > 0
    for key in ("days", "agents", "skills", "triggers"):
        table = dataset(found, key)
        assert table.total is not None
        assert sum(row.values[1] for row in table.rows) == table.total.values[1] == runs  # type: ignore[misc]


@pytest.mark.parametrize(("key", "column"), [("agents", "agent"), ("skills", "skill")])
def test_breakdowns_reconcile(busy: Cast, key: str, column: str) -> None:
    rows = counted(
        f"""SELECT {column}, count(*), count(*) FILTER (WHERE status = 'failed') FROM assistant_run
            WHERE {inside("created_at")} GROUP BY 1"""
    )
    expected = {name or "None": (runs, failed) for name, runs, failed in rows}
    assert cells(dataset(ask(busy.executive), key), "runs", "failed") == expected


def test_days_are_those_of_the_reader(busy: Cast) -> None:
    rows = counted(
        f"""SELECT (created_at AT TIME ZONE '{TZ}')::date, count(*) FROM assistant_run
            WHERE {inside("created_at")} GROUP BY 1"""
    )
    assert cells(dataset(ask(busy.executive), "days"), "runs") == dict(rows)


def test_failures_by_their_code(busy: Cast) -> None:
    rows = counted(
        f"""SELECT error_code, count(*) FROM assistant_run
            WHERE status = 'failed' AND {inside("created_at")} GROUP BY 1"""
    )
    assert cells(dataset(ask(busy.executive), "failures"), "runs") == dict(rows)


def test_tools_and_how_often_they_went_wrong(busy: Cast) -> None:
    rows = counted(
        f"""SELECT name, count(*), count(*) FILTER (WHERE status = 'error'),
                   count(*) FILTER (WHERE status = 'failed')
            FROM assistant_runstep WHERE kind = 'tool' AND {inside("started_at")} GROUP BY 1"""
    )
    expected = {name: numbers for name, *numbers in rows}
    found = cells(dataset(ask(busy.executive), "tools"), "calls", "refused", "failed")
    assert {name: list(numbers) for name, numbers in found.items()} == expected


def test_questions_that_wait_are_the_oldest_first(busy: Cast) -> None:
    found = ask(busy.executive)
    rows = dataset(found, "waiting").rows
    assert tile(found, "waiting").value == len(rows) == 3
    assert [row.values[4] for row in rows] == [hours * 3600 for hours in (25, 13, 1)]
    assert any("25 hours" in line for line in found.highlights)


def test_every_number_opens_the_rows_behind_it(busy: Cast) -> None:
    for user, filters in (
        (busy.executive, {}),
        (busy.executive, {"department": "finance", "period": "last_30_days"}),
        (busy.manager, {}),
    ):
        found = ask(user, **filters)
        assert unlinked_counts(found) == []
        checked = 0
        for place, what, value, url in linked_shapes(found):
            if what.kind == "count":
                assert rows_behind(url, user).count() == value, (place, url)
                checked += 1
        assert checked > 20


def test_a_manager_sees_the_department_and_an_executive_everything(busy: Cast) -> None:
    ((all_runs, sales),) = counted(
        f"""SELECT count(*), count(*) FILTER (WHERE department = 'sales') FROM assistant_run
            WHERE {inside("created_at")}"""
    )
    assert tile(ask(busy.executive), "runs").value == all_runs
    assert tile(ask(busy.manager), "runs").value == sales < all_runs
    assert tile(ask(busy.manager, department="finance"), "runs").value == 0
    report = reports.get("agent_activity")
    assert report is not None
    assert not any(report.allowed(user) for user in (busy.owner, busy.outsider))


def test_choices_of_departments_depend_on_who_asks(busy: Cast) -> None:
    DepartmentFactory(slug="support", name="Support")
    field = reports.get("agent_activity").filters.model_fields["department"]  # type: ignore[union-attr]
    choices = next(item for item in field.metadata if hasattr(item, "choices")).choices
    assert choices(busy.manager) == [("sales", "Sales")]
    assert ("support", "Support") in choices(busy.executive)
    assert choices(UserFactory(department=None, roles=["finance_manager"])) == []


def test_steps_open_in_the_trace_of_their_run(busy: Cast, browser_client: Any) -> None:
    step = RunStep.objects.filter(run__department="sales", kind="tool").first()
    assert step is not None
    page = f"/admin/assistant/runstep/{step.pk}/change/"
    response = browser_client(busy.manager).get(page)
    assert response.url == f"/admin/assistant/run/{step.run_id}/change/"
    assert browser_client(busy.manager).get("/admin/assistant/runstep/").status_code == 200
    assert browser_client(busy.outsider).get(page).url == "/admin/"


def test_it_asks_few_questions(busy: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(15):
        ask(busy.executive)
