"""What managers see."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Composes the figures that every app declares."""

    name = "apps.reports"
    label = "reports"
