"""`manage.py sync_agents`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.assistant.versions.delivering import sync_agents


class Command(BaseCommand):
    """Brings the agents' files into the database as versions; every migrate does so too."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Sync and say what came."""
        for version in sync_agents():
            self.stdout.write(f"{version.agent}: version {version.number} ({version.status})")
