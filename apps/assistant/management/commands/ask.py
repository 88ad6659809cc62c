"""`manage.py ask "…"`: one turn of the assistant in the terminal."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.choices import RunStatus, Trigger
from apps.assistant.models import Approval, Run
from apps.assistant.publishing import publisher
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from apps.audit.context import acting
from apps.conversations.choices import Channel
from apps.core.errors import DomainError

DEFAULT_USER = "sales.rep@demo.mezzofy.com"


class Command(BaseCommand):
    """Asks an agent, streams the answer, and leaves the files it made in `.local/ask`."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The question and whose rights count."""
        parser.add_argument("question")
        parser.add_argument("--as", dest="email", default=DEFAULT_USER, help="e-mail of the user")
        parser.add_argument("--file", dest="file", default="", help="a file to attach")
        parser.add_argument("--agent", default="", help="finance, sales, marketing, support or management")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Run one turn in this process; fails unless the run completed, or waits for a person."""
        user = User.objects.filter(email=(options["email"] or DEFAULT_USER).lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['email']}.")
        settings.ASSISTANT["HEAVY_WORKER"] = False
        # The answer is what this terminal is for; warnings still show.
        logging.getLogger("apps").setLevel(logging.WARNING)
        try:
            with acting(actor=user):
                run = self._start(user, options)
        except DomainError as error:
            raise CommandError(error.detail) from error
        publisher.listen(run.conversation_id, self._show)
        execute(run.pk)
        run.refresh_from_db()
        self.stdout.write("")
        for artifact in run.artifacts.all():
            self.stdout.write(f"file: {self._save(artifact)}")
        self._conclude(run)

    def _start(self, user: User, options: dict[str, Any]) -> Run:
        attachments = []
        if options["file"]:
            path = Path(options["file"])
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            with path.open("rb") as content:
                attachments = [
                    artifacts.store(owner=user, name=path.name, content=content, origin="uploaded")
                ]
        return start_run(
            user=user,
            body=options["question"],
            attachments=attachments,
            agent=options["agent"],
            trigger=Trigger.TERMINAL,
            channel=Channel.TERMINAL,
            ring=False,
        )

    def _show(self, event: dict[str, Any]) -> None:
        if event["type"] == "text.delta":
            self.stdout.write(event["text"], ending="")
            self.stdout.flush()
        elif event["type"] == "run.started":
            self.stderr.write(f"[{event['mode']}] {event['agent']} {event['skill']}".rstrip())
        elif event["type"] in {"tool.started", "status"}:
            self.stderr.write(f"  · {event.get('summary') or event.get('message')}")

    def _save(self, artifact: Artifact) -> Path:
        folder = Path(settings.DATA_DIR) / "ask"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{artifact.pk.hex[-8:]}-{artifact.name}"
        with artifacts.open_bytes(artifact) as content:
            path.write_bytes(content.read())
        return path

    def _conclude(self, run: Run) -> None:
        if run.status == RunStatus.COMPLETED:
            return
        pending = list(run.approvals.pending().order_by("created_at"))
        if pending:
            self.stdout.write("\n".join(_awaiting(pending)))
            return
        raise CommandError(run.error_detail or f"The run is {run.get_status_display().lower()}.")


def _awaiting(pending: list[Approval]) -> list[str]:
    """What an agent wants to do, in full, and where a person says yes or no."""
    lines: list[str] = []
    for approval in pending:
        lines += [f"{approval.summary}", *_shown(approval.preview), ""]
    first = reverse("admin:assistant_approval_change", args=[pending[0].pk])
    page = first if len(pending) == 1 else reverse("admin:assistant_approval_changelist")
    return [*lines, f"Nothing was done yet: it waits for a decision at {settings.PUBLIC_URL}{page}"]


def _shown(preview: dict[str, Any]) -> list[str]:
    """The preview as text: its lines, the body, and what speaks against it."""
    lines = [f"  {label}: {value}" for label, value in preview.get("lines", [])]
    body = str(preview.get("body", "")).strip()
    said = [f"  ! {text}" for text in (*preview.get("warnings", []), preview.get("blocked", "")) if text]
    return [*lines, *([""] if body else []), *(f"  {line}".rstrip() for line in body.splitlines()), *said]
