"""The doorbells of the outbox. PostgreSQL is the record: a ring that is lost is rung again by the sweep."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task


@shared_task(name="integrations.deliver")
def deliver(dispatch_id: str) -> str:
    """See `outbox.delivering.deliver`."""
    from apps.integrations.outbox import delivering

    return delivering.deliver(UUID(dispatch_id))


@shared_task(name="integrations.sweep")
def sweep() -> int:
    """See `outbox.delivering.sweep`."""
    from apps.integrations.outbox import delivering

    return delivering.sweep()


@shared_task(name="integrations.look_for_bounces")
def look_for_bounces() -> int:
    """See `outbox.bounces.look_for_bounces`."""
    from apps.integrations.outbox import bounces

    return bounces.look_for_bounces()
