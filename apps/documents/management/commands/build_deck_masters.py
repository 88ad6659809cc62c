"""Make the slide masters anew from the palette and the logos."""

from __future__ import annotations

from typing import Any, get_args

from django.core.management.base import BaseCommand

from apps.documents.deck.masters import build_master, master_path
from apps.documents.deck.slides import MasterName


class Command(BaseCommand):
    """`manage.py build_deck_masters`"""

    help = "Build knowledge/templates/pptx/*.pptx from the brand palette and logos."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is Django's
        """Write each master and say where."""
        for name in get_args(MasterName):
            path = master_path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(build_master(name))
            self.stdout.write(f"Wrote {path.name}")
