"""Bring the search index in line with the knowledge folder."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.knowledge.errors import MalformedKnowledge
from apps.knowledge.services import IndexReport, index_knowledge


class Command(BaseCommand):
    """`manage.py index_knowledge [--if-changed]`: reads new and changed files, forgets vanished ones."""

    help = "Index new and changed files of the knowledge folder, and remove vanished ones."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch."""
        parser.add_argument(
            "--if-changed", action="store_true", help="For every start: say nothing when nothing changed."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the signature is Django's
        """Index and say in one line what was done; a line more for each file that could not be read."""
        try:
            report = index_knowledge()
        except MalformedKnowledge as wrong:
            raise CommandError(wrong.detail) from wrong
        for path, reason in report["failed"].items():
            self.stderr.write(f"Not indexed: {path}: {reason}")
        if _did_something(report) or not options["if_changed"]:
            self.stdout.write(_summary(report))


def _did_something(report: IndexReport) -> bool:
    return any((report["indexed"], report["removed"], report["embedded"]))


def _summary(report: IndexReport) -> str:
    line = (
        f"Knowledge: {report['indexed']} documents indexed, {report['unchanged']} unchanged, "
        f"{report['removed']} removed; {report['passages']} passages, {report['embedded']} newly embedded."
    )
    if report["pending"]:
        line += f" {report['pending']} passages are found by words only until the encoder is installed."
    return line
