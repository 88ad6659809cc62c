"""Doorbells of the worker for heavy work."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.reports import services


@shared_task(name="reports.make_export")
def make_export(export_id: str) -> bool:
    """Make the file of an export, see `services.perform_export`."""
    return services.perform_export(UUID(export_id))


@shared_task(name="reports.sweep_exports")
def sweep_exports() -> int:
    """See `services.sweep`."""
    return services.sweep()
