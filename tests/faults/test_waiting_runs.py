"""Runs that wait for a person hold nothing: every process may die and be started anew meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from apps.assistant import services
from apps.assistant.choices import ApprovalStatus, RunStatus
from apps.assistant.models import Approval, Run
from apps.audit.models import AuditEvent
from apps.crm.models import Lead
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
from tests.processes import WORKER, Process, environment, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

RUNS = 8


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], Process]]:
    """Start a worker; whatever is still alive at the end is killed."""
    workers: list[Process] = []
    env = environment(str(connection.settings_dict["NAME"]), ASSISTANT_LEASE_SECONDS="2")

    def start() -> Process:
        workers.append(Process([*WORKER, "--without-mingle"], env=env, log=tmp_path / "worker.log"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


def states() -> list[str]:
    """The states of all runs, sorted."""
    return sorted(Run.objects.values_list("status", flat=True))


def test_all_runs_that_wait_go_on_after_every_process_was_killed(
    cast: Cast, start_worker: Callable[[], Process]
) -> None:
    names = [f"Waiting House {chr(65 + number)}" for number in range(RUNS)]
    for name in names:
        LeadFactory(company_name=name, assigned_to=cast.manager)
    for name in names:
        services.start_run(user=cast.manager, body=f"delete the lead {name}")
    first = start_worker()
    until(lambda: states() == [RunStatus.WAITING_APPROVAL] * RUNS, "all runs to wait")
    first.kill()
    assert not Run.objects.filter(lease_expires_at__isnull=False).exists(), "a waiting run holds no lease"
    waiting = list(Approval.objects.order_by("created_at"))
    for number, approval in enumerate(waiting):
        decision = "reject" if number == 0 else "approve"
        services.decide(approval=approval, user=cast.manager, decision=decision)
    assert Lead.objects.count() == RUNS, "nothing is done before a worker is there"
    second = start_worker()
    until(lambda: Lead.objects.count() < RUNS, "the first effect")
    second.kill()
    start_worker()
    until(lambda: _swept() == [RunStatus.COMPLETED] * RUNS, "all runs to be completed")
    rejected = waiting[0]
    assert [lead.company_name for lead in Lead.objects.all()] == [rejected.arguments["company"]]
    assert AuditEvent.objects.filter(action="crm.lead.deleted").count() == RUNS - 1
    assert Approval.objects.filter(status=ApprovalStatus.APPROVED).count() == RUNS - 1


def _swept() -> list[str]:
    """What beat does every few seconds, and the states after it."""
    services.sweep()
    return states()
