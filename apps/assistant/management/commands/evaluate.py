"""`manage.py evaluate`: play the cases of `goldens/` and say how good the agents are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.assistant.evaluation import files, running
from apps.assistant.evaluation.selectors import Share, overview
from apps.assistant.models import EvaluationResult
from apps.core.errors import DomainError


class Command(BaseCommand):
    """Fails below the threshold, so that it can guard a change."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Which cases, in which mode, and what is enough."""
        parser.add_argument("--mode", default=running.OFFLINE, help="offline, claude or kimi")
        parser.add_argument("--case", action="append", default=[], help="key of a case (repeatable)")
        parser.add_argument("--tag", default="", help="only cases with this tag (a file of goldens/)")
        parser.add_argument("--threshold", type=int, default=95, help="least per cent that must pass")
        parser.add_argument("--verbose-answers", action="store_true", help="show answers that failed")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Sync the files, play, print."""
        settings.ASSISTANT["HEAVY_WORKER"] = False
        try:
            files.sync_cases()
        except DomainError as error:
            raise CommandError(error.detail) from error
        cases = running.active_cases(options["mode"], keys=options["case"], tag=options["tag"])
        if not cases:
            raise CommandError("There are no such cases.")
        self._with_answers = options["verbose_answers"]
        evaluation = running.run(running.start(mode=options["mode"]), cases=cases, report=self._say)
        found = overview(evaluation)
        for share in [*found.columns, *found.agents, found.passed]:
            self.stdout.write(_line(share))
        if found.passed.percent < options["threshold"]:
            raise CommandError(f"Only {found.passed.percent} % passed; {options['threshold']} % are wanted.")

    def _say(self, result: EvaluationResult) -> None:
        mark = "ok  " if result.passed else "FAIL"
        self.stdout.write(f"{mark} {result.case.key} ({result.milliseconds} ms)")
        for reason in result.reasons:
            self.stdout.write(f"       {reason}")
        if self._with_answers and not result.passed:
            self.stdout.write("       | " + result.answer.replace("\n", "\n       | "))


def _line(share: Share) -> str:
    return f"{share.name or 'any':12} {share.right:4} of {share.judged:4}  {share.percent:3} %"
