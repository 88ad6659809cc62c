"""Choosing who answers: agent, skill and what the skill needs from the message."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from apps.assistant.agents import agents
from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.assistant.routing.similarity import NONE, Score, rank
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Skill, skills
from apps.assistant.slots.extraction import Source, extract

DEFAULT_AGENT = "support"
DECLINE = {"cancel", "never mind", "nevermind", "forget it", "stop", "no", "算了", "取消", "batal"}
SURE = 0.12
"""How far above the threshold another wish must be to interrupt a question that is open."""


class Route(BaseModel):
    """The decision, as kept in the run's first step."""

    agent: str
    skill: str = ""
    mode: str = "offline"
    denied: str = ""
    extraction: dict[str, Any] | None = None
    scores: list[tuple[str, float]] = Field(default_factory=list)
    explanation: str = ""


def choose_route(turn: Turn, mode: str) -> Route:
    """Route the run's message.

    A message that answers an open question of the conversation continues that skill. Otherwise the nearest
    skill wins if it is near enough, the user may use it and the requested agent has it. With a model, only
    the agent is chosen here; the model picks the skills.
    """
    run = turn.run
    if mode != "offline" and run.requested_agent:
        return Route(agent=run.requested_agent, mode=mode, explanation=f"{run.requested_agent}: as asked for")
    scores, threshold = rank(run.message.body) if run.message.body else ([], 1.0)
    shown = [(score.skill, round(score.value, 3)) for score in scores[:4]]
    chosen = _best(turn, scores, threshold)
    if mode != "offline":
        agent = _agent_of(chosen[0] if chosen else None, turn)
        return Route(agent=agent, mode=mode, scores=shown, explanation=f"{agent}: the model decides")
    pending = _open_question(run)
    if pending and not (chosen and chosen[1] > threshold + SURE and chosen[0].name != pending["skill"]):
        continued = _continue(turn, pending)
        if continued is not None:
            return continued.model_copy(update={"scores": shown})
    if chosen is None:
        agent = run.requested_agent or _agent_of(None, turn)
        return Route(agent=agent, scores=shown, explanation=f"{agent}: no skill is near enough")
    skill, score = chosen
    if not skill.allowed(turn.user):
        agent = run.requested_agent or _agent_of(None, turn)
        why = f"{agent}: no right to {skill.manifest.title} ({score:.2f})"
        return Route(agent=agent, denied=skill.manifest.title, scores=shown, explanation=why)
    found = extract(skill.slots, _source(turn))
    agent = run.requested_agent or _agent_of(skill, turn)
    why = f"{agent}: {skill.manifest.title} ({score:.2f}, threshold {threshold:.2f})"
    return Route(
        agent=agent, skill=skill.name, extraction=found.model_dump(mode="json"), scores=shown, explanation=why
    )


def _best(turn: Turn, scores: list[Score], threshold: float) -> tuple[Skill, float] | None:
    """The nearest skill of the requested agent; None when small talk or nothing is nearer. The user may lack
    the right to it: the next best would do something else than was asked.
    """
    for score in scores:
        if score.value < threshold or score.skill == NONE:
            return None
        skill = skills.get(score.skill)
        if skill is None:
            continue
        if turn.run.requested_agent and turn.run.requested_agent not in skill.manifest.agents:
            continue
        return skill, score.value
    return None


def _agent_of(skill: Skill | None, turn: Turn) -> str:
    """The user's own department if it has the skill, else the skill's first agent."""
    own = turn.user.department_slug
    if skill is None:
        return own if own in agents() else DEFAULT_AGENT
    return own if own in skill.manifest.agents else skill.manifest.agents[0]


def _open_question(run: Run) -> dict[str, Any] | None:
    """What the run before asked for, if it ended with a question."""
    before = (
        Run.objects.filter(conversation_id=run.conversation_id, created_at__lt=run.created_at)
        .order_by("-created_at")
        .first()
    )
    if before is None or before.status != RunStatus.COMPLETED or "awaiting" not in before.state:
        return None
    return dict(before.state)


def _continue(turn: Turn, pending: dict[str, Any]) -> Route | None:
    skill = skills.get(pending["skill"])
    body = turn.run.message.body.strip()
    if skill is None or not skill.allowed(turn.user) or body.lower().rstrip(".!") in DECLINE:
        return None
    found = extract(skill.slots, _source(turn), known=pending["values"], asked=pending["awaiting"])
    agent = turn.run.requested_agent or _agent_of(skill, turn)
    why = f"{agent}: {skill.manifest.title} (answer to the question before)"
    return Route(agent=agent, skill=skill.name, extraction=found.model_dump(mode="json"), explanation=why)


def _source(turn: Turn) -> Source:
    return Source(
        text=turn.run.message.body,
        user=turn.user,
        attachments=[str(artifact.pk) for artifact in turn.attachments],
        conversation_id=turn.run.conversation_id,
        now=turn.started_at,
    )
