"""Housekeeping of stored files."""

from __future__ import annotations

from celery import shared_task

from apps.artifacts import services


@shared_task(name="artifacts.sweep")
def sweep() -> dict[str, int]:
    """See `services.sweep`."""
    return services.sweep()
