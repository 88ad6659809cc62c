"""A sign of life of each Celery worker, for `/health`."""

from __future__ import annotations

from typing import Any

from celery.signals import heartbeat_sent, worker_shutdown
from django.core.cache import cache

LIFETIME = 10
"""Seconds after the last beat at which a worker counts as gone; Celery beats every two."""


def beating(queue: str) -> bool:
    """Whether a worker that serves `queue` has given a sign of life."""
    return bool(cache.get(_key(queue)))


@heartbeat_sent.connect
def _beat(sender: Any, **_: Any) -> None:
    for queue in sender.eventer.app.amqp.queues.consume_from:
        cache.set(_key(queue), True, timeout=LIFETIME)


@worker_shutdown.connect
def _stop(sender: Any, **_: Any) -> None:
    cache.delete_many([_key(queue) for queue in sender.app.amqp.queues.consume_from])


def _key(queue: str) -> str:
    return f"worker:{queue}"
