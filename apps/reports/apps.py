"""What managers see."""

from __future__ import annotations

from django.apps import AppConfig

from apps.core.discovery import autodiscover


class ReportsConfig(AppConfig):
    """Finds the reports that the apps declare, once all apps are loaded."""

    name = "apps.reports"
    label = "reports"

    def ready(self) -> None:
        autodiscover("reports")
