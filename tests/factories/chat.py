"""Turns of the chat in every state, through the public doors of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.choices import RunStatus, StepKind, StepStatus
from apps.assistant.events import RunStream
from apps.assistant.models import Approval, Run, RunStep
from apps.assistant.selectors import chat_response
from apps.chat import services
from apps.conversations import services as conversations


def turn(user: User, message: str = "What is in my pipeline?", **fields: Any) -> Run:
    """A message and its queued run."""
    return services.send_text(user=user, message=message, **fields)


def stored(user: User, name: str = "leads.csv", content: bytes = b"company\nABC\n") -> Artifact:
    """A file in the storage."""
    return artifacts.store(owner=user, name=name, content=content)


def completed(run: Run, text: str = "Here you are.", *, made: Sequence[Artifact] = (), steps: int = 1) -> Run:
    """The run as a worker leaves it: steps, reply, files and events."""
    stream = RunStream(run)
    stream.emit("run.started", agent="sales", skill="pipeline")
    for number in range(steps):
        tool_step(run, key=str(number + 1))
    run.artifacts.set(made)
    stream.write(text)
    stream.flush()
    with transaction.atomic():
        run.reply = conversations.reply(
            conversation=run.conversation, body=text, run_id=run.pk, agent="sales", artifacts=made
        )
        run.agent, run.skill, run.mode = "sales", "pipeline", "offline"
        run.status, run.text, run.finished_at = RunStatus.COMPLETED, text, timezone.now()
        run.save()
        stream.emit("run.completed", response=chat_response(run, reader=run.user))
    return run


def failed(run: Run) -> Run:
    """The run after a bug."""
    run.status, run.error_code = RunStatus.FAILED, "internal_error"
    run.error_detail, run.error_trace = "Something went wrong on our side.", "Traceback: secret"
    run.save()
    return run


def tool_step(run: Run, *, key: str = "1", name: str = "find_leads") -> RunStep:
    """A finished tool call."""
    now = timezone.now()
    return RunStep.objects.create(
        run=run,
        key=key,
        kind=StepKind.TOOL,
        name=name,
        summary="Reading leads …",
        status=StepStatus.DONE,
        result={"rows": ["a large result"]},
        started_at=now - timedelta(seconds=2),
        finished_at=now,
    )


def asking(run: Run, *, tool: str = "search_knowledge", key: str = "1", **fields: Any) -> Approval:
    """A run parked on a question."""
    Run.objects.filter(pk=run.pk).update(status=RunStatus.WAITING_APPROVAL)
    defaults: dict[str, Any] = {
        "arguments": {"query": "prices", "limit": 4},
        "summary": "Search for prices",
        "expires_at": timezone.now() + timedelta(days=3),
    }
    return Approval.objects.create(run=run, step_key=key, tool=tool, **(defaults | fields))
