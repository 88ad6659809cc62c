"""`manage.py seed_demo`."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.choices import Source
from apps.audit.context import acting
from apps.core.demo import seed_apps
from apps.core.errors import DomainError
from apps.crm.demo.people import PASSWORD, PEOPLE
from apps.crm.demo.seeding import seed_demo
from apps.crm.demo.stories import ZONE

SAY_EVERY = 5.0


class Command(BaseCommand):
    """Fills an empty installation with demo people and two years of rows."""

    help = "Demo people and two years of coherent leads, the same for the same seed. Local mode only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options."""
        parser.add_argument("--seed", type=int, default=1, help="another number, other data (default: 1)")
        parser.add_argument("--leads", type=int, default=400, help="how many leads (default: 400)")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the last day, YYYY-MM-DD (default: now)"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are users already")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Seed, and say how to log in."""
        if not settings.LOCAL_MODE:
            raise CommandError("Demo data has a public password; it is for local mode only.")
        if options["if_empty"] and User.objects.exists():
            self.stdout.write("There are users already; no demo data was added.")
            return
        try:
            with acting(source=Source.SYSTEM):
                made = seed_demo(
                    seed=options["seed"],
                    leads=options["leads"],
                    now=_now(options["today"]),
                    progress=self._progress(),
                )
                more = seed_apps(seed=options["seed"], people=_people(), now=_now(options["today"]))
        except DomainError as error:
            raise CommandError(error.detail) from error
        also = "".join(f", and {count:,} {what}" for what, count in more.items() if count)
        self.stdout.write(
            f"{made['users']} people and {made['leads']:,} leads{also}. Log in with {PASSWORD} as:"
        )
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:32} {person.name} ({person.role})")

    def _progress(self) -> Callable[[str], None]:
        """Says a line with the seconds since the beginning, at most one every few seconds."""
        began = said = time.monotonic()

        def say(line: str) -> None:
            nonlocal said
            moment = time.monotonic()
            if moment - said >= SAY_EVERY:
                said = moment
                self.stdout.write(f"{moment - began:4.0f} s  {line}")

        return say


def _people() -> dict[str, User]:
    """The demo people by log-in name."""
    found = {user.email: user for user in User.objects.filter(email__in=[person.email for person in PEOPLE])}
    return {person.login: found[person.email] for person in PEOPLE}


def _now(today: date | None) -> datetime:
    """This moment, or the evening of the given day."""
    return datetime.combine(today, clock(18), ZONE) if today else timezone.now()
