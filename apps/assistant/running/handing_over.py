"""Passing a conversation from one agent to another within a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from apps.assistant.agents import Agent, agent_at, agents_in_force
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.models import Run, RunStep
from apps.assistant.running.turn import Turn
from apps.llm.types import ToolSpec

#: Hand-overs in one run. Nobody gets it twice, so that two agents cannot send it to and fro.
LIMIT = 3
NAME = "hand_over"


class Wish(BaseModel):
    """What an agent says when it passes a run on."""

    model_config = ConfigDict(extra="forbid")
    agent: str
    reason: str = Field(default="", max_length=500)


class Desk:
    """On whose desk the run lies, and on whose it has been. Belongs to one execution."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._been = [turn.agent.name]

    def colleagues(self) -> list[Agent]:
        """To whom the agent may pass the run now; empty when there is nobody left."""
        if len(self._been) > LIMIT:
            return []
        everybody = agents_in_force()
        allowed = [name for name in self._turn.agent.hand_over if name not in self._been]
        return [everybody[name] for name in allowed if name in everybody]

    def pass_on(self, *, to: str, reason: str, key: str) -> str:
        """Give the run to another agent; returns "" or the sentence why it stays.

        Decided once: when the run is executed again, the step says who got it, in which version.
        """
        turn, giver = self._turn, self._turn.agent
        step = turn.begin(
            key=key,
            kind=StepKind.HANDOVER,
            name=NAME,
            summary=f"{giver.title} → {to}: {reason}" if reason else f"{giver.title} → {to}",
            arguments={"agent": to, "reason": reason},
        )
        if step.status == StepStatus.RUNNING:
            self._decide(step, giver, to, reason)
        if step.status != StepStatus.DONE:
            return step.error
        kept: dict[str, Any] = step.result or {}
        sit_down(turn, agent_at(kept["agent"], kept["agent_version"]))
        self._been.append(turn.agent.name)
        turn.announce("status", step, message=f"{giver.title} passed this to {turn.agent.title}.")
        return ""

    def _decide(self, step: RunStep, giver: Agent, to: str, reason: str) -> None:
        taker = next((agent for agent in self.colleagues() if agent.name == to), None)
        if taker is None:
            self._turn.finish(step, status=StepStatus.ERROR, error=self._refusal(to))
            return
        result = {
            "from": giver.name,
            "agent": taker.name,
            "agent_version": str(taker.version or ""),
            "reason": reason,
        }
        summary = f"{giver.title} → {taker.title}" + (f": {reason}" if reason else "")
        self._turn.finish(step, result=result, summary=summary[:300])

    def _refusal(self, to: str) -> str:
        if len(self._been) > LIMIT:
            return f"This was passed on {LIMIT} times already. Answer it yourself, as far as you can."
        if to in self._been:
            return f"{to} had this already. Answer it yourself, as far as you can."
        names = ", ".join(agent.name for agent in self.colleagues()) or "nobody"
        return f"You cannot pass this to {to!r}. You may pass it to: {names}."


def spec(colleagues: Sequence[Agent]) -> ToolSpec:
    """The hand-over as a model sees it."""
    who = "; ".join(f"{agent.name}: {agent.description}" for agent in colleagues)
    properties = {
        "agent": {"type": "string", "enum": [agent.name for agent in colleagues]},
        "reason": {
            "type": "string",
            "description": "What they should do, in one sentence.",
            "maxLength": 500,
        },
    }
    schema = {
        "type": "object",
        "properties": properties,
        "required": ["agent", "reason"],
        "additionalProperties": False,
    }
    text = (
        "Pass the conversation to the agent of another department when the question, or the rest of it, is "
        f"theirs. They see everything said so far and go on from here. Colleagues: {who}"
    )
    return ToolSpec(NAME, text, schema)


def sit_down(turn: Turn, agent: Agent) -> None:
    """Let `agent` answer from here on; the run's row says so, with the version."""
    run = turn.run
    turn.agent = agent
    run.agent, run.agent_version_id = agent.name, agent.version
    Run.objects.filter(pk=run.pk, lease_epoch=turn.lease.epoch).update(
        agent=agent.name, agent_version=agent.version
    )
