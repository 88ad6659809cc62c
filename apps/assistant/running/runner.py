"""From a claimed run to its answer."""

from __future__ import annotations

import traceback
from typing import Any
from uuid import UUID

import structlog

from apps.assistant.agents import agent_at, agent_in_force
from apps.assistant.choices import StepKind
from apps.assistant.errors import BugInTool, LeaseLost, RunCancelled, RunParked
from apps.assistant.leases import Lease, claim, keeper
from apps.assistant.models import Run
from apps.assistant.routing import Route, choose_route
from apps.assistant.running import models_loop, offline
from apps.assistant.running.finishing import cancel, complete, fail, park, ring_next
from apps.assistant.running.handing_over import sit_down
from apps.assistant.running.performing import acting_for
from apps.assistant.running.turn import Turn
from apps.core.db import release_connection
from apps.core.errors import DomainError
from apps.llm import services as llm
from apps.llm.errors import ModelUnavailable

log = structlog.get_logger(__name__)


def execute(run_id: UUID) -> str | None:
    """Claim and execute a run; returns its status, or None when it was not ours to execute.

    Safe to call any number of times from any process: what is done is not done again.
    """
    claimed = claim(run_id)
    if claimed is None:
        return None
    run, lease = claimed
    keeper.hold(lease)
    try:
        with acting_for(run), structlog.contextvars.bound_contextvars(run=run.reference):
            return _work(run, lease)
    finally:
        keeper.release(lease)
        ring_next(run)
        release_connection()


def _work(run: Run, lease: Lease) -> str | None:
    """How the run ended here; a claim may also be lost, or a person press stop, while the end is written."""
    turn = Turn(run, lease)
    try:
        return _to_its_end(turn)
    except LeaseLost:
        log.warning("run.lease_lost")
        return None
    except RunCancelled:
        return cancel(turn)


def _to_its_end(turn: Turn) -> str:
    """Answer, and complete, park or fail the run. Raises `LeaseLost` or `RunCancelled`."""
    try:
        turn.lease.check()
        answer(turn)
        return complete(turn)
    except (LeaseLost, RunCancelled):
        raise
    except RunParked:
        return park(turn)
    except BugInTool as bug:
        return fail(turn, code="internal_error", detail="", trace=bug.trace)
    except DomainError as error:
        return fail(turn, code=error.code, detail=error.detail)
    except Exception:
        log.exception("run.crashed")
        return fail(turn, code="internal_error", detail="", trace=traceback.format_exc(limit=30))


def answer(turn: Turn) -> None:
    """Route the message and let agent, skills and models answer it."""
    route = _route(turn)
    _begin(turn, route)
    if route.mode == "offline":
        offline.answer(turn, route)
        return
    try:
        models_loop.answer(turn)
    except ModelUnavailable as error:
        if turn.stream.text:
            raise
        turn.status(f"{error.detail} Answering without a model.")
        route = _route(turn, mode="offline", key="route_offline")
        _begin(turn, route)
        offline.answer(turn, route)


def _begin(turn: Turn, route: Route) -> None:
    """Give the run to its agent, in the version that was in force when the route was decided."""
    run = turn.run
    run.skill = route.skill
    turn.mode = run.mode = route.mode
    sit_down(turn, agent_at(route.agent, route.agent_version))
    Run.objects.filter(pk=run.pk, lease_epoch=turn.lease.epoch).update(skill=run.skill, mode=run.mode)
    if not turn.is_announced("run.started"):
        turn.stream.emit("run.started", agent=run.agent, skill=run.skill, mode=run.mode)


def _route(turn: Turn, *, mode: str = "", key: str = "route") -> Route:
    """Which agent and skill: decided once, kept in a step."""

    def choose() -> tuple[str, dict[str, Any]]:
        route = choose_route(turn, mode or llm.active_mode())
        version = agent_in_force(route.agent).version
        route = route.model_copy(update={"agent_version": str(version or "")})
        return route.explanation, route.model_dump(mode="json")

    return Route.model_validate(turn.decide(key=key, kind=StepKind.ROUTE, name="router", choose=choose))
