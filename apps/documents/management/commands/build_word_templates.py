"""Make the Word templates anew from the palette and the logos."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.documents.brand import knowledge_dir
from apps.documents.word_masters import build_word


class Command(BaseCommand):
    """`manage.py build_word_templates`"""

    help = "Build knowledge/templates/docx/*.docx from the brand palette and logos."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is Django's
        """Write each template and say where."""
        folder = knowledge_dir() / "templates" / "docx"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("document", "proposal", "website_copy"):
            (folder / f"{name}.docx").write_bytes(build_word(name))
            self.stdout.write(f"Wrote {name}.docx")
