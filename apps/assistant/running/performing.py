"""Carrying out one tool call: the effect and the record of it in one transaction."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pydantic import ValidationError

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.choices import StepStatus, Trigger
from apps.assistant.errors import RunInterrupted
from apps.assistant.leases import Lease, load_run
from apps.assistant.models import Run, RunStep
from apps.assistant.selectors import attachment_of
from apps.assistant.toolkit import Tool, ToolError, tools
from apps.audit import journal
from apps.audit.choices import Source
from apps.audit.context import acting
from apps.conversations.models import Conversation
from apps.core.errors import DomainError
from apps.core.rehearsal import is_rehearsal

log = structlog.get_logger(__name__)

SOURCES = {Trigger.SCHEDULE: Source.SCHEDULER, Trigger.WEBHOOK: Source.WEBHOOK, Trigger.ADMIN: Source.ADMIN}
Progress = Callable[[str], None]


class WorkingContext:
    """The `ToolContext` of one call."""

    def __init__(self, run: Run, step_id: UUID, lease: Lease, progress: Progress) -> None:
        self._run = run
        self.step_id = step_id
        self._lease = lease
        self._progress = progress
        self.kept: list[Artifact] = []
        self.has_strange_words = False

    @property
    def user(self) -> User:
        """The person whose rights bound everything."""
        return self._run.user

    @property
    def run_id(self) -> UUID:
        """The run this call belongs to."""
        return self._run.pk

    @property
    def simulated(self) -> bool:
        """Whether this is a rehearsal: nothing may leave the house, and all rows will be rolled back."""
        return is_rehearsal()

    @property
    def conversation(self) -> Conversation:
        """The conversation the run answers in."""
        return self._run.conversation

    @property
    def now(self) -> datetime:
        """The moment of the call, aware."""
        return timezone.now()

    def attachment(self, artifact_id: str) -> Artifact:
        """A file the user may see. Raises `ToolError`."""
        found = attachment_of(self.user, artifact_id)
        if found is None:
            raise ToolError("There is no such file.")
        return found

    def progress(self, text: str) -> None:
        """Show a live line; raises when the run should stop."""
        self._lease.check()
        self._progress(text)

    def mark_untrusted(self) -> None:
        """Say that this result holds words of strangers, where the tool as a whole does not."""
        self.has_strange_words = True

    def keep(self, artifact: Artifact) -> None:
        """Attach a file to the run's answer."""
        self._run.artifacts.add(artifact)
        self.kept.append(artifact)


def acting_for(run: Run) -> Any:
    """The audit context of everything a run does."""
    source = SOURCES.get(Trigger(run.trigger), Source.WEB)
    return acting(actor=run.user, source=source, correlation_id=run.correlation_id)


def perform(*, step_id: UUID, lease: Lease, progress: Progress) -> None:
    """Run the tool of a step. The step's row says how it went; nothing is returned.

    The transaction that holds the effects also completes the step, behind the fence: if the run was taken
    over, cancelled or failed meanwhile, all of it is rolled back. A step that another process is working on
    is left alone.
    """
    run = load_run(lease.run_id)
    with acting_for(run):
        tool = tools.get(RunStep.objects.values_list("name", flat=True).get(pk=step_id))
        assert tool is not None
        try:
            _in_transaction(run, step_id, tool, lease, progress)
        except RunInterrupted:
            _close(step_id, lease, StepStatus.CANCELLED, "The run was stopped.")
            raise
        except ValidationError as error:
            _close(step_id, lease, StepStatus.ERROR, _argument_errors(error))
        except DomainError as error:
            _close(step_id, lease, StepStatus.ERROR, error.detail)
        except Exception:
            log.exception("tool.crashed", tool=tool.name, run=run.reference)
            _close(step_id, lease, StepStatus.FAILED, traceback.format_exc(limit=20))


def _in_transaction(run: Run, step_id: UUID, tool: Tool, lease: Lease, progress: Progress) -> None:
    with transaction.atomic():
        step = (
            RunStep.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=step_id, status=StepStatus.RUNNING)
            .first()
        )
        if step is None:
            return
        arguments = tool.arguments.model_validate(step.arguments)
        context = WorkingContext(run, step_id, lease, progress)
        with journal.working_for(run.pk, step_id):
            value = tool.function(
                context, **{name: getattr(arguments, name) for name in type(arguments).model_fields}
            )
        if is_rehearsal():
            # What a commit would check here and now, because there will be none.
            connection.check_constraints()
        lease.fence()
        step.result = clean(tool.returns.dump_python(value, mode="json"))
        step.artifact_ids = [str(artifact.pk) for artifact in context.kept]
        step.status = StepStatus.DONE
        step.finished_at = timezone.now()
        step.untrusted |= context.has_strange_words
        step.save(
            update_fields=["result", "artifact_ids", "status", "untrusted", "finished_at", "updated_at"]
        )


def _close(step_id: UUID, lease: Lease, status: str, error: str) -> None:
    try:
        RunStep.objects.filter(pk=step_id, status=StepStatus.RUNNING, lease_epoch=lease.epoch).update(
            status=status, error=clean(error), finished_at=timezone.now(), updated_at=timezone.now()
        )
    except DatabaseError:
        log.exception("step.not_closed", step_id=str(step_id))


def clean(value: Any) -> Any:
    """Without NUL characters, which PostgreSQL cannot store."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    text = json.dumps(value)
    return json.loads(text.replace("\\u0000", "")) if "\\u0000" in text else value


def _argument_errors(error: ValidationError) -> str:
    parts = [
        f"{'.'.join(map(str, item['loc'])) or 'arguments'}: {item['msg']}" for item in error.errors()[:5]
    ]
    return "The arguments are not valid. " + "; ".join(parts)
