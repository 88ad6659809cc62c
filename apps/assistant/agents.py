"""The department agents: who they are and what they may touch."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from apps.assistant.skillkit import Skill, skills
from apps.assistant.toolkit import Tool, tools

FOLDER = Path(__file__).with_name("agents")


class Agent(BaseModel):
    """One agent, from `agents/<name>.yaml`. `tools` are patterns of what it may use, `<app>.<tool>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str
    description: str
    instructions: str
    tools: list[str]

    def may_use(self, tool: Tool) -> bool:
        """Whether the tool is in this agent's hands."""
        return any(fnmatchcase(tool.qualified_name, pattern) for pattern in self.tools)

    def skills(self) -> list[Skill]:
        """The skills whose manifest names this agent."""
        return [skill for skill in skills if self.name in skill.manifest.agents or skill.fallback]


@cache
def agents() -> dict[str, Agent]:
    """All agents by name, in the order of their names."""
    loaded = [
        Agent.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.yaml"))
    ]
    return {agent.name: agent for agent in loaded}


def tools_of(agent: Agent) -> list[Tool]:
    """The tools in the agent's hands, whoever it works for."""
    return [tool for tool in tools if agent.may_use(tool)]
