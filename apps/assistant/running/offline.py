"""Answering without a model: a skill's pipeline, a question back, or quotes from the knowledge base."""

from __future__ import annotations

from typing import Any

from apps.assistant.routing import Route
from apps.assistant.running.handing_over import Desk
from apps.assistant.running.skill_runs import run_skill
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Skill, skills
from apps.assistant.slots.extraction import Extraction

_REFUSED = (
    "I took this for “{title}”. You do not have the right to do that; please ask your manager. "
    "If you meant something else, say it in other words."
)
_PERHAPS_REFUSED = (
    "\n\nIf you meant “{title}”: you do not have the right to do that; please ask your manager."
)


def answer(turn: Turn, route: Route) -> None:
    """Write the answer that the route calls for."""
    if route.denied:
        turn.stream.write(_REFUSED.format(title=route.denied))
        return
    skill = skills.get(route.skill) if route.skill else None
    if skill is None:
        run_skill(turn, fallback_skill(), fallback_skill().slots(), key="skill", aloud=True)
        if route.perhaps_denied:
            turn.stream.write(_PERHAPS_REFUSED.format(title=route.perhaps_denied))
        return
    if route.hand_over_to:
        _pass_on(turn, skill, to=route.hand_over_to)
    extraction = Extraction.model_validate(route.extraction or {})
    if extraction.missing:
        _ask_back(turn, skill, extraction)
        return
    run_skill(turn, skill, skill.slots.model_validate(extraction.values), key="skill", aloud=True)


def _pass_on(turn: Turn, skill: Skill, *, to: str) -> None:
    """Give the run to the agent that knows how to do this, and say so; or the sentence why it stays."""
    refused = Desk(turn).pass_on(to=to, reason=skill.manifest.title, key="hand_over")
    turn.stream.write(f"{refused or f'I passed this to {turn.agent.title}.'}\n\n")


def fallback_skill() -> Skill:
    """The skill that answers what no other covers."""
    return next(skill for skill in skills if skill.fallback)


def _ask_back(turn: Turn, skill: Skill, extraction: Extraction) -> None:
    """One question at a time; the next message of the conversation is understood as its answer."""
    missing = extraction.missing[0]
    state: dict[str, Any] = {
        "skill": skill.name,
        "awaiting": missing.name,
        "values": extraction.values,
    }
    turn.run.state = state
    turn.stream.write(missing.question)
