"""Housekeeping of the llm app, and a warm start for the workers that ask models."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_ready

from apps.llm.embeddings import EmbeddingsUnavailable, Encoder
from apps.llm.services import budgets, recording, warm_up
from apps.llm.services.streaming import answer_lifetime

log = structlog.get_logger(__name__)


@shared_task(name="llm.sweep_reservations")
def sweep_reservations() -> int:
    """Clean up after processes that died in the middle of an answer; returns the number of reservations
    freed.
    """
    recording.close_abandoned(older_than=answer_lifetime())
    return budgets.sweep()


@worker_ready.connect
def _prepare(sender: Any, **_: Any) -> None:
    """Load SDK and encoder while nobody waits for them, in the workers that execute runs."""
    if "assistant" in sender.app.amqp.queues.consume_from:
        threading.Thread(target=_load, name="llm-warm-up", daemon=True).start()


def _load() -> None:
    warm_up()
    try:
        Encoder.shared().embed(["Good morning."])
    except EmbeddingsUnavailable as missing:
        log.warning("llm.embeddings_unavailable", detail=missing.detail)
