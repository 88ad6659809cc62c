"""`manage.py sync_roles`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts.roles import sync_roles


class Command(BaseCommand):
    """Brings Departments and Groups in line with roles.yaml."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Sync and say what stands now."""
        for role, count in sync_roles().items():
            self.stdout.write(f"{role}: {count} permissions")
