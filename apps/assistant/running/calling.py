"""Calling tools: rights, approvals, replay, parallel execution."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.artifacts.models import Artifact
from apps.assistant.agents import tools_of
from apps.assistant.approving.asking import decision_on
from apps.assistant.approving.policies import ruling_in
from apps.assistant.approving.rechecking import lost_while_parked
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.errors import BugInTool, RunParked, UnknownTool
from apps.assistant.leases import Lease
from apps.assistant.models import RunStep
from apps.assistant.running.performing import Progress, clean, perform
from apps.assistant.running.turn import Turn
from apps.assistant.selectors import artifact_card, attachment_of
from apps.assistant.toolkit import FILE_ARGUMENT, Tool, tools
from apps.core.db import release_connection
from apps.core.rehearsal import is_rehearsal

HEAVY_RING_SECONDS = 10


@dataclass(frozen=True)
class Call:
    """A wish to call a tool. `key` is its deterministic place in the run."""

    key: str
    tool: str
    arguments: Mapping[str, Any]
    parent: RunStep | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it: a JSON value, or a sentence that says why not."""

    ok: bool
    value: Any = None
    error: str = ""


def available_tool(turn: Turn, name: str) -> Tool:
    """The tool, if agent and user both may use it and no rule denies it; otherwise it does not exist."""
    tool = tools.get(name)
    if tool is None or not _is_there(turn, tool):
        raise UnknownTool(lost_while_parked(turn, name) or f"There is no tool named {name!r}.")
    return tool


def available_tools(turn: Turn) -> list[Tool]:
    """All tools that agent and user both may use and no rule denies."""
    return [tool for tool in tools_of(turn.agent) if _is_there(turn, tool)]


def _is_there(turn: Turn, tool: Tool) -> bool:
    may = turn.agent.may_use(tool) and tool.allowed(turn.user)
    return may and not ruling_in(turn, tool).is_denied


def call_one(turn: Turn, call: Call) -> Outcome:
    """Call a tool and wait for it."""
    return call_many(turn, [call])[0]


def call_many(turn: Turn, calls: Sequence[Call]) -> list[Outcome]:
    """Call tools, up to `PARALLEL_TOOLS` at once; outcomes in the order of the calls.

    Raises `RunParked` once everything that needs nobody's consent is done and something waits for a person,
    `BugInTool` when a tool crashed.
    """
    size = settings.ASSISTANT["PARALLEL_TOOLS"]
    outcomes: list[Outcome] = []
    parked = False
    for start in range(0, len(calls), size):
        started = [_start(turn, call) for call in calls[start : start + size]]
        for pending in started:
            if pending is None:
                parked = True
                continue
            outcomes.append(_outcome(turn, pending))
    if parked:
        raise RunParked(turn.run.pk)
    return outcomes


@dataclass
class _Pending:
    step: RunStep
    tool: Tool | None
    future: Future[None] | None


def _start(turn: Turn, call: Call) -> _Pending | None:
    """Begin the step and its work; None when a person must be asked first."""
    try:
        tool = available_tool(turn, call.tool)
    except UnknownTool as error:
        return _refused(turn, call, error.detail)
    arguments = clean(dict(call.arguments))
    step = turn.begin(
        key=call.key, kind=StepKind.TOOL, name=tool.name, summary=_summary(turn, tool, arguments),
        arguments=arguments, parent=call.parent,
    )  # fmt: skip
    turn.announce("tool.started", step, tool=tool.name, summary=step.summary)
    if step.status != StepStatus.RUNNING:
        return _Pending(step, tool, None)
    if switched_off := tool.ready():
        turn.finish(step, status=StepStatus.ERROR, error=switched_off)
        return _Pending(step, tool, None)
    _mark(step, tool)
    decision = decision_on(turn, step, tool)
    if decision is None:
        return None
    if not decision.granted:
        turn.finish(step, status=StepStatus.ERROR, error=decision.sentence)
        return _Pending(step, tool, None)
    if decision.arguments is not None and decision.arguments != step.arguments:
        step.arguments = decision.arguments
        step.save(update_fields=["arguments", "updated_at"])
    return _Pending(step, tool, _launch(turn, step, tool))


def _mark(step: RunStep, tool: Tool) -> None:
    """Before a stranger's words are read, it is written down that they are a stranger's."""
    if tool.untrusted and not step.untrusted:
        step.untrusted = True
        step.save(update_fields=["untrusted", "updated_at"])


def _summary(turn: Turn, tool: Tool, arguments: dict[str, Any]) -> str:
    """The tool's live line; a file among the arguments is called by its name."""
    if FILE_ARGUMENT not in arguments:
        return tool.summary(arguments)
    found = attachment_of(turn.user, arguments[FILE_ARGUMENT])
    return tool.summary({**arguments, "file_name": found.name if found else "the file"})


def _launch(turn: Turn, step: RunStep, tool: Tool) -> Future[None]:
    step.attempts += 1
    step.save(update_fields=["attempts", "updated_at"])
    step_id, lease = step.pk, turn.lease
    if tool.heavy and settings.ASSISTANT["HEAVY_WORKER"] and not is_rehearsal():
        return turn.in_thread(lambda: _await_heavy(turn, step))
    return turn.in_thread(lambda: _perform_here(step_id, lease, turn.status_lines.put))


def _perform_here(step_id: UUID, lease: Lease, progress: Progress) -> None:
    """Carry the step out. A worker that lost the run may still hold the step's row; what it does there is
    rolled back at its end, and then it is our turn.
    """
    while True:
        perform(step_id=step_id, lease=lease, progress=progress)
        if not RunStep.objects.filter(pk=step_id, status=StepStatus.RUNNING).exists():
            return
        release_connection()
        lease.check()
        time.sleep(0.1)


def _await_heavy(turn: Turn, step: RunStep) -> None:
    """Ring the heavy worker until the step's row is complete; a lost ring or worker is rung again."""
    from apps.assistant.tasks import perform_heavy

    rung = 0.0
    while True:
        if time.monotonic() - rung > HEAVY_RING_SECONDS:
            rung = time.monotonic()
            perform_heavy.delay(str(step.pk), str(turn.run.pk), turn.lease.epoch)
        status = RunStep.objects.values_list("status", flat=True).get(pk=step.pk)
        release_connection()
        if status != StepStatus.RUNNING:
            return
        turn.lease.check()
        time.sleep(0.1)


def _outcome(turn: Turn, pending: _Pending) -> Outcome:
    step, tool = pending.step, pending.tool
    if pending.future is not None and tool is not None:
        turn.wait(pending.future, timeout=tool.timeout, what=tool.name)
        step.refresh_from_db()
    if step.status == StepStatus.FAILED:
        turn.announce("tool.finished", step, tool=step.name, ok=False, summary="Something went wrong here.")
        raise BugInTool(step.name, step.error)
    ok = step.status == StepStatus.DONE
    for artifact in Artifact.objects.filter(pk__in=step.artifact_ids):
        turn.announce("artifact.created", step, artifact=artifact_card(artifact))
    summary = step.summary if ok else step.error[:300]
    turn.announce("tool.finished", step, tool=step.name, ok=ok, summary=summary)
    return Outcome(ok, step.result, step.error)


def _refused(turn: Turn, call: Call, error: str) -> _Pending:
    """A call of a tool that is not there leaves a step too."""
    name = call.tool[:120]
    step = turn.begin(
        key=call.key, kind=StepKind.TOOL, name=name, summary=f"Unknown tool {name}", parent=call.parent
    )
    if step.status == StepStatus.RUNNING:
        turn.finish(step, status=StepStatus.ERROR, error=error)
    return _Pending(step, None, None)
