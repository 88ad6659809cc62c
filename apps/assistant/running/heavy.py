"""The other end of a heavy tool call, in the prefork worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from apps.assistant.events import emit
from apps.assistant.leases import Lease, keeper, load_run
from apps.assistant.models import RunStep
from apps.assistant.running.performing import perform
from apps.core.db import returned_afterwards


def perform_in_this_process(step_id: UUID, lease: Lease) -> None:
    """Carry the step out unless it was done, or its run taken over, in the meantime."""
    current = RunStep.objects.filter(pk=step_id, lease_epoch=lease.epoch).exists()
    if not current:
        return
    run = load_run(lease.run_id)
    # Live lines go out beside the tool's transaction: they must not wait for its commit.
    with ThreadPoolExecutor(max_workers=1) as herald:

        def say(text: str) -> None:
            herald.submit(_say, text)

        def _say(text: str) -> None:
            with returned_afterwards():
                emit(run, "status", {"message": text})

        keeper.hold(lease, renew=False)
        try:
            perform(step_id=step_id, lease=lease, progress=say)
        finally:
            keeper.release(lease)
