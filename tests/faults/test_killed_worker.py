"""kill -9 of the assistant worker in the middle of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.artifacts.services import store
from apps.assistant import services
from apps.assistant.choices import RunStatus, StepStatus
from apps.assistant.events import events_after
from apps.assistant.models import Run, RunEvent
from apps.audit.models import AuditEvent
from apps.crm.models import Lead, LeadImport
from tests.conftest import Cast
from tests.processes import WORKER, Process, environment, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

ROWS = 12_000


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Start a worker whose leases last two seconds; whatever is still alive at the end is killed."""
    workers: list[Process] = []
    env = environment(str(connection.settings_dict["NAME"]), ASSISTANT_LEASE_SECONDS="2")

    def start() -> Process:
        workers.append(Process([*WORKER, "--without-mingle"], env=env, log=tmp_path / "worker.log"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


def _leads_csv() -> bytes:
    lines = ["Company,Contact,Email,Phone"]
    lines += [f"Noodle House {n},Person {n},p{n}@noodle{n}.example,+65 8{n:07d}" for n in range(ROWS)]
    return "\n".join(lines).encode()


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(
    cast: Cast, start_worker: Callable[[], Process]
) -> None:
    file = store(owner=cast.owner, name="leads.csv", content=_leads_csv(), origin="uploaded")
    run = services.start_run(user=cast.owner, body="import these leads", attachments=[file])

    for death in (1, 2):
        worker = start_worker()
        known = RunEvent.objects.filter(run=run, type="status").count()
        until(lambda seen=known: RunEvent.objects.filter(run=run, type="status").count() > seen, "progress")
        worker.kill()
        run.refresh_from_db()
        assert (run.status, run.lease_epoch) == (RunStatus.RUNNING, death)
        assert Lead.objects.count() == 0, "an import that died half way must leave no row"
        until(lambda: _lease_ran_out(run), "the lease of the dead worker to run out")
        services.sweep()

    start_worker()
    until(lambda: _finished(run), "the run to be finished by the third worker")
    run.refresh_from_db()

    assert run.status == RunStatus.COMPLETED, run.error_detail
    assert Lead.objects.count() == ROWS
    assert LeadImport.objects.count() == 1
    assert AuditEvent.objects.filter(action="assistant.run.completed", object_id=str(run.pk)).count() == 1
    assert set(run.steps.values_list("status", flat=True)) == {StepStatus.DONE}
    _assert_events_are_whole(run)


def _lease_ran_out(run: Run) -> bool:
    run.refresh_from_db()
    return run.lease_expires_at is not None and run.lease_expires_at < timezone.now()


def _finished(run: Run) -> bool:
    run.refresh_from_db()
    return run.status not in {RunStatus.QUEUED, RunStatus.RUNNING}


def _assert_events_are_whole(run: Run) -> None:
    events = events_after(run.conversation_id, 0, limit=5000)
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(set(numbers))
    told = [(event["type"], event.get("step")) for event in events if event["type"].startswith("tool.")]
    assert len(told) == len(set(told)), "a step was announced twice"
    tools = run.steps.filter(kind="tool").count()
    assert [kind for kind, _ in told].count("tool.finished") == tools
    assert [event["type"] for event in events].count("run.started") == 1
    assert events[-1]["type"] == "run.completed"
    shown = ""
    for event in events:
        if event["type"] == "text.delta":
            shown = shown[: event["offset"]] + event["text"]
    assert shown == run.text
    half = numbers[len(numbers) // 2]
    assert [event["seq"] for event in events_after(run.conversation_id, half, limit=5000)] == [
        number for number in numbers if number > half
    ]
