"""Housekeeping of the ground floor."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from apps.core.models import IdempotentRequest


@shared_task(name="core.forget_idempotency_keys")
def forget_idempotency_keys() -> int:
    """Drop kept answers older than a day; returns how many."""
    deleted, _ = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()
    return deleted
