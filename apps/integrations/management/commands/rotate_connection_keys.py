"""Exchange the key that connections' secrets are encrypted with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.integrations.services import rotate_keys


class Command(BaseCommand):
    """Put the new key first in FIELD_ENCRYPTION_KEYS and leave the old one behind it, restart, run this; then
    the old one can go."""

    help = "Encrypts the secrets of all connections with the first of FIELD_ENCRYPTION_KEYS."

    def handle(self, *_: Any, **__: Any) -> None:
        """Say how many were changed; fail when some could not be read."""
        rotated, unreadable = rotate_keys()
        self.stdout.write(f"{rotated} connections are encrypted with the first key now.")
        if unreadable:
            raise CommandError(
                f"{unreadable} could not be read with any of the keys: enter their secrets again."
            )
