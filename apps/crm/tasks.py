"""What the clock does for the pipeline."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from apps.crm.services.tally import compact_tally
from apps.crm.services.tasks import remind_due


@shared_task(name="crm.remind")
def remind() -> int:
    """Notices of tasks whose reminder has come; returns how many tasks."""
    return remind_due(now=timezone.now())


@shared_task(name="crm.compact_tally")
def compact() -> int:
    """See `services.tally.compact_tally`."""
    return compact_tally()
