"""Playing a run through: the real loop in a transaction that is always rolled back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.artifacts.scratch import scratch_storage
from apps.assistant.agents import trying
from apps.assistant.choices import RunStatus, Trigger
from apps.assistant.errors import BugInTool, RunInterrupted, RunParked
from apps.assistant.leases import load_run
from apps.assistant.models import AgentVersion, Run
from apps.assistant.rehearsing.changes import changes_of
from apps.assistant.rehearsing.effects import agree, effects_of
from apps.assistant.rehearsing.guard import guarded
from apps.assistant.rehearsing.prologue import conversation_before
from apps.assistant.rehearsing.stage import StageLease, StageTurn
from apps.assistant.rehearsing.steps import steps_of
from apps.assistant.running import runner
from apps.assistant.running.performing import acting_for
from apps.assistant.services import start_run
from apps.core.errors import DomainError, Invalid
from apps.core.rehearsal import rehearsal
from apps.llm import services as llm

log = structlog.get_logger(__name__)

OFFLINE = "offline"
#: A run that asks more often than this does not end.
MAX_QUESTIONS = 50


@dataclass(frozen=True)
class Played:
    """What a rehearsal came to. `changes` and `effects` are as `Rehearsal` keeps them; cost in US dollars."""

    answer: str
    agent: str
    agent_version: AgentVersion | None
    skill: str
    mode: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    model: str = ""
    seconds: float = 0.0


class _RolledBack(Exception):
    """The end of every rehearsal."""


def play(
    *,
    user: User,
    message: str,
    requested_agent: str = "",
    attachments: Iterable[Artifact] = (),
    mode: str = "",
    agent_versions: Mapping[str, AgentVersion] | None = None,
    given: Callable[[], None] | None = None,
    after: Run | None = None,
) -> Played:
    """Answer `message` as `user`, change nothing, and tell what would have happened.

    One thread, one connection, one transaction that is rolled back. What needs a person's consent is taken
    as agreed and listed in `effects`; nothing leaves the house, for that happens after a commit. Files that
    tools write are thrown away. What models cost is really spent: their calls are written on a connection of
    their own. `mode` is a provider, "<provider>:<model>" or "offline"; "" as now. `given` makes rows first,
    inside the same transaction. `after` is a past run whose conversation up to its message is there again.

    Holds row locks until it ends: it gives way when somebody waits for them, and takes `REHEARSAL_SECONDS`
    at most. Raises `Invalid` for a mode that is not configured, and what `start_run` raises.
    """
    _require_configured(mode)
    played: Played | None = None
    with ExitStack() as stack:
        stack.enter_context(rehearsal())
        stack.enter_context(llm.only(mode))
        stack.enter_context(trying(agent_versions or {}))
        stack.enter_context(scratch_storage(artifacts.storage()))
        lease_until = time.monotonic() + settings.ASSISTANT["REHEARSAL_SECONDS"]
        try:
            with transaction.atomic():
                if given is not None:
                    given()
                conversation = conversation_before(after) if after else None
                run = start_run(
                    user=user, body=message, attachments=attachments, agent=requested_agent,
                    trigger=Trigger.ADMIN, conversation=conversation, ring=False,
                )  # fmt: skip
                played = _perform(run, lease_until)
                raise _RolledBack
        except _RolledBack:
            pass
    assert played is not None
    return played


def _require_configured(mode: str) -> None:
    provider = mode.partition(":")[0]
    if provider not in {"", OFFLINE, *llm.configured_providers()}:
        raise Invalid(f"No access to {provider!r} is configured.", code="unknown_mode")


def _perform(run: Run, deadline: float) -> Played:
    begun = time.monotonic()
    lease = StageLease(run.pk, 0, deadline=deadline)
    with guarded(lease), acting_for(run):
        turn, error = _to_the_end(run, lease)
    seconds = time.monotonic() - begun
    if connection.needs_rollback or not _is_usable():
        return Played(turn.stream.text, "", None, "", turn.mode, error=error, seconds=seconds)
    run = turn.run
    steps = steps_of(run)
    return Played(
        answer=turn.stream.text,
        agent=run.agent,
        agent_version=run.agent_version,
        skill=run.skill,
        mode=turn.mode,
        steps=steps,
        changes=[diff.kept() for diff in changes_of(run.pk)],
        effects=effects_of(run),
        citations=[citation.model_dump(mode="json") for citation in turn.citations],
        error=error,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        cost_usd=run.cost_usd,
        model=next((step["summary"] for step in reversed(steps) if step["kind"] == "model"), ""),
        seconds=seconds,
    )


def _to_the_end(run: Run, lease: StageLease) -> tuple[StageTurn, str]:
    """The loop until it has answered or failed; each time it parks, its questions are answered with yes."""
    for _question in range(MAX_QUESTIONS):
        turn = _claimed(run, lease)
        try:
            runner.answer(turn)
        except RunParked:
            agree(run)
            continue
        except BugInTool as bug:
            log.warning("rehearsal.bug_in_tool", trace=bug.trace)
            return turn, _crash(bug)
        except DomainError as error:
            return turn, error.detail
        except RunInterrupted as error:
            return turn, str(error)
        except Exception as error:
            log.exception("rehearsal.crashed")
            return turn, f"Something went wrong: {type(error).__name__}."
        return turn, ""
    return turn, "It asked for consent again and again, so it was stopped."


def _claimed(run: Run, lease: StageLease) -> StageTurn:
    """The run as a worker would take it: under the next claim, with its finished steps."""
    lease.epoch += 1
    run.started_at = run.started_at or timezone.now()
    run.status, run.lease_epoch = RunStatus.RUNNING, lease.epoch
    run.save(update_fields=["status", "lease_epoch", "started_at", "updated_at"])
    return StageTurn(load_run(run.pk), lease)


def _is_usable() -> bool:
    """Whether the transaction still takes questions: an error of the database may have spoilt it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _crash(bug: BugInTool) -> str:
    """The tool and the kind of error; its words may name rows that are not for everybody."""
    kinds = re.findall(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception))\b", bug.trace, re.MULTILINE)
    return f"{bug} crashed: {kinds[-1] if kinds else 'unknown error'}."
