"""The Celery application: `assistant` (threads, waits for models) and `heavy` (prefork, burns CPU)."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from mezzofy import heartbeat  # noqa: F401 - its signal handlers tell /health that a worker lives

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mezzofy.settings.local")

app = Celery("mezzofy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def _use_our_logging(**_: object) -> None:
    """Keep Celery from installing its own handlers; Django's configuration already stands."""
