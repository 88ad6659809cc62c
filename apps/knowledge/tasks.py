"""Keeping the index up to date."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from apps.knowledge import services


@shared_task(name="knowledge.index_upload")
def index_upload(document_id: str) -> None:
    """See `services.index_upload`."""
    services.index_upload(UUID(document_id))


@shared_task(name="knowledge.refresh")
def refresh() -> dict[str, int]:
    """Index what changed in the knowledge folder, and what was queued and forgotten."""
    report = services.index_knowledge()
    return {"indexed": report["indexed"], "removed": report["removed"], "rung": services.sweep_uploads()}
