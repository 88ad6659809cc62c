"""Build the embedding model ahead of its first use."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.llm import embeddings


class Command(BaseCommand):
    """`manage.py build_embeddings_model`: idempotent; part of set-up, so that no user waits for it."""

    help = "Build the sentence embedding model from its packaged weights, unless it is built already."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is Django's
        """Build, or say in one sentence why not."""
        try:
            path = embeddings.ensure_model()
        except embeddings.EmbeddingsUnavailable as missing:
            raise CommandError(str(missing)) from missing
        self.stdout.write(f"The embedding model is ready: {path}")
