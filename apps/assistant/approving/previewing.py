"""What a person reads before agreeing: told by the tool itself, or seen in a trial that is rolled back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.approving.effects import effect_of_call
from apps.assistant.approving.trial import preview_by_trial
from apps.assistant.errors import RunInterrupted
from apps.assistant.models import Run
from apps.assistant.toolkit import Preview, Tool, ToolError
from apps.conversations.models import Conversation
from apps.core.errors import DomainError

log = structlog.get_logger(__name__)

MAX_VALUE = 2000


class LookingContext:
    """The `ToolContext` of a look ahead: on the requester's behalf, and nothing of it stays."""

    simulated = True

    def __init__(self, run: Run, step_id: UUID) -> None:
        self._run = run
        self.step_id = step_id

    @property
    def user(self) -> User:
        """The person whose rights bound everything."""
        return self._run.user

    @property
    def run_id(self) -> UUID:
        """The run this call belongs to."""
        return self._run.pk

    @property
    def conversation(self) -> Conversation:
        """The conversation the run answers in."""
        return self._run.conversation

    @property
    def now(self) -> datetime:
        """The moment of the look, aware."""
        return timezone.now()

    def attachment(self, artifact_id: str) -> Artifact:
        """A file the user may see. Raises `ToolError`."""
        try:
            return Artifact.objects.visible_to(self.user).get(pk=UUID(str(artifact_id)))
        except (Artifact.DoesNotExist, ValueError) as error:
            raise ToolError(_("There is no such file.")) from error

    def progress(self, text: str) -> None:
        """Nobody watches a look ahead."""

    def mark_untrusted(self) -> None:
        """What a look ahead reads is told to nobody."""

    def keep(self, artifact: Artifact) -> None:
        """Files of a look ahead go nowhere."""


def preview_of(*, run: Run, step_id: UUID, tool: Tool, arguments: dict[str, Any]) -> Preview:
    """What a call would do. Raises `ToolError` with the sentence why it must not or cannot be done."""
    try:
        preview = _look(LookingContext(run, step_id), tool, arguments)
    except (RunInterrupted, ToolError):
        raise
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "arguments"
        raise ToolError(f"The arguments are not valid. {name}: {first['msg']}") from error
    except DomainError as error:
        raise ToolError(error.detail) from error
    except Exception as error:
        log.exception("preview.crashed", tool=tool.name, run=run.reference)
        sentence = _("It cannot be shown what this would do, so nobody can agree to it.")
        raise ToolError(sentence) from error
    if preview.blocked:
        raise ToolError(preview.blocked)
    preview.effect = effect_of_call(tool, arguments, preview)
    return preview


def _look(context: LookingContext, tool: Tool, arguments: dict[str, Any]) -> Preview:
    model = tool.arguments.model_validate(arguments)
    given = {name: getattr(model, name) for name in type(model).model_fields}
    if tool.preview is not None:
        return tool.preview(context, **given)
    if tool.external or tool.heavy or tool.read_only:
        return Preview(lines=listed(arguments))
    preview = preview_by_trial(
        lambda: tool.function(context, **given),
        user=context.user,
        run_id=context.run_id,
        step_id=context.step_id,
    )
    preview.lines = preview.lines or listed(arguments)
    return preview


def listed(arguments: dict[str, Any]) -> list[tuple[str, str]]:
    """Arguments as lines: all that can be said of a call that cannot be tried."""
    return [
        (name.replace("_", " ").capitalize(), _shown(value)[:MAX_VALUE])
        for name, value in arguments.items()
        if value not in (None, "", [], {})
    ]


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(item)}" for name, item in value.items())
    return str(value)
