"""The doorbells. PostgreSQL is the record: a ring that is lost is rung again by the sweep."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.assistant.leases import Lease


@shared_task(name="assistant.execute_run")
def execute_run(run_id: str) -> None:
    """Execute a run, if it is still to be executed and nobody else does."""
    from apps.assistant.running.runner import execute

    execute(UUID(run_id))


@shared_task(name="assistant.perform_heavy")
def perform_heavy(step_id: str, run_id: str, epoch: int) -> None:
    """Carry out one heavy tool call for a run that waits for it."""
    from apps.assistant.running.heavy import perform_in_this_process

    perform_in_this_process(UUID(step_id), Lease(UUID(run_id), epoch))


@shared_task(name="assistant.sweep_runs")
def sweep_runs() -> int:
    """Ring for runs nobody rang for, and for those whose worker died; returns how many.

    Rehearsals whose worker died are closed: nobody waits for them any more. Evaluations go on.
    """
    from apps.assistant import services
    from apps.assistant.evaluation import services as evaluation
    from apps.assistant.rehearsing import replaying

    replaying.sweep()
    evaluation.sweep()
    return services.sweep()


@shared_task(name="assistant.rehearse")
def rehearse(rehearsal_id: str, file_ids: list[str]) -> None:
    """Play a run through without effect, if it is still to be played."""
    from apps.assistant.rehearsing import replaying

    replaying.rehearse(UUID(rehearsal_id), file_ids)


@shared_task(name="assistant.run_evaluation")
def run_evaluation(evaluation_id: str) -> None:
    """Play the cases of an evaluation that was asked for, once."""
    from apps.assistant.evaluation.running import run_queued

    run_queued(UUID(evaluation_id))
