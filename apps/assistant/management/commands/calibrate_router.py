"""`manage.py calibrate_router`: how the threshold was found, and how good it is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.assistant.routing.calibrating import measure
from apps.assistant.routing.similarity import THRESHOLD


class Command(BaseCommand):
    """Prints hits and rejections over thresholds, and the sentences that go wrong at the one in force."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Measure and print."""
        self.stdout.write("threshold  hits  rejections")
        for step in range(20, 65, 5):
            quality = measure(step / 100)
            self.stdout.write(f"{step / 100:9.2f}  {quality.hits:4.0%}  {quality.rejections:10.0%}")
        quality = measure()
        self.stdout.write(
            f"in force {THRESHOLD}: {quality.hits:.0%} hits, {quality.rejections:.0%} rejections"
        )
        for verdict in quality.verdicts:
            if verdict.chosen != verdict.expected:
                self.stdout.write(
                    f"  {verdict.expected} → {verdict.chosen} ({verdict.score:.2f}): {verdict.sentence}"
                )
