"""Who in the house does what: the agents in force, seen from the person and the agent that was asked for."""

from __future__ import annotations

from apps.assistant.agents import Agent, agents_in_force
from apps.assistant.skillkit import Skill

DEFAULT_AGENT = "support"


class Office:
    """The agents as they answer now, for one message. `requested` is "" when the person named none."""

    def __init__(self, department: str, requested: str) -> None:
        self._agents = agents_in_force()
        self._own = department
        self._requested = requested

    def can_reach(self, skill: Skill) -> bool:
        """Whether the agent that was asked for knows the skill or may pass it to one that does."""
        if not self._requested:
            return bool(self._knowing(skill))
        return self._agents[self._requested].has_skill(skill) or bool(self.taker_of(skill))

    def agent_for(self, skill: Skill | None) -> str:
        """Who takes the message: the agent that was asked for, else that of the own department if it knows
        the skill, else the first that does.
        """
        if self._requested:
            return self._requested
        if skill is None:
            return self._own if self._own in self._agents else DEFAULT_AGENT
        knowing = [agent.name for agent in self._knowing(skill)]
        return self._own if self._own in knowing else knowing[0]

    def taker_of(self, skill: Skill) -> str:
        """To whom the agent that was asked for passes the skill; "" when it knows the skill or may not."""
        asked = self._agents.get(self._requested)
        if asked is None or asked.has_skill(skill):
            return ""
        takers = [name for name in asked.hand_over if name in self._agents]
        able = [name for name in takers if self._agents[name].has_skill(skill)]
        if self._own in able:
            return self._own
        first = [name for name in skill.manifest.agents if name in able]
        return next(iter(first or able), "")

    def _knowing(self, skill: Skill) -> list[Agent]:
        """Those of the manifest first, in its order; then who else was given the skill."""
        named = [self._agents[name] for name in skill.manifest.agents if name in self._agents]
        others = [agent for agent in self._agents.values() if agent not in named]
        return [agent for agent in [*named, *others] if agent.has_skill(skill)]
