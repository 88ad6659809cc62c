"""The department agents: who they are, what they have in their hands, and which version of them answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict

from apps.assistant.choices import AgentVersionStatus
from apps.assistant.models import AgentVersion
from apps.assistant.skillkit import Skill, skills
from apps.assistant.toolkit import Tool, tools

FOLDER = Path(__file__).with_name("agents")


class Agent(BaseModel):
    """One agent. `tools` are patterns of what it may use, `<family>.<tool>`; `hand_over` names the agents to
    which it may pass a conversation. Without `skill_names` it has the skills whose manifests name it.

    `version` is the row that says so, None for what stands in the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str
    description: str
    instructions: str
    tools: list[str]
    skill_names: list[str] | None = None
    hand_over: list[str] = []
    version: UUID | None = None

    def may_use(self, tool: Tool) -> bool:
        """Whether the tool is in this agent's hands."""
        return any(fnmatchcase(tool.qualified_name, pattern) for pattern in self.tools)

    def has_skill(self, skill: Skill) -> bool:
        """Whether the agent knows how to do this; what no skill covers every agent answers."""
        if skill.fallback:
            return True
        if self.skill_names is None:
            return self.name in skill.manifest.agents
        return skill.name in self.skill_names

    def skills(self) -> list[Skill]:
        """What the agent knows how to do."""
        return [skill for skill in skills if self.has_skill(skill)]


@cache
def agents() -> dict[str, Agent]:
    """All agents by name as they are delivered, in the order of their names."""
    loaded = [_from_file(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {agent.name: agent for agent in loaded}


def _from_file(path: Path) -> Agent:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["instructions"] = "\n".join(_unwrapped(content["instructions"].splitlines()))
    return Agent.model_validate({"skill_names": content.pop("skills", None), **content})


def _unwrapped(lines: list[str]) -> list[str]:
    """Paragraphs and list items as one line each: wrapping is for the file, and people edit the text."""
    joined: list[str] = []
    for line in lines:
        starts = not line.strip() or line.startswith(("#", "-"))
        if starts or not joined or not joined[-1] or joined[-1].startswith("#"):
            joined.append(line.rstrip())
        else:
            joined[-1] += " " + line.strip()
    return joined


def agent_of(version: AgentVersion) -> Agent:
    """The agent as that version describes it."""
    return Agent(
        name=version.agent,
        title=version.title,
        description=version.description,
        instructions=version.instructions,
        tools=version.tools,
        skill_names=version.skills,
        hand_over=version.hand_over,
        version=version.pk,
    )


def agents_in_force() -> dict[str, Agent]:
    """The agents that answer now, by name: the published versions, and the files of those that have none.

    One query over five rows, and nothing is remembered: what was published counts for the next run in every
    process.
    """
    published = AgentVersion.objects.filter(status=AgentVersionStatus.PUBLISHED, agent__in=agents())
    answering = {version.agent: version for version in published} | dict(_tried.get())
    return {
        name: agent_of(answering[name]) if name in answering else delivered
        for name, delivered in agents().items()
    }


def agent_in_force(name: str) -> Agent:
    """The agent of that name as it answers now. Raises `KeyError` when there is none."""
    return agents_in_force()[name]


def agent_at(name: str, version: str) -> Agent:
    """The agent as a run began with it; as it answers now if `version` is "" or gone."""
    found = AgentVersion.objects.filter(pk=version, agent=name).first() if version else None
    return agent_of(found) if found else agent_in_force(name)


_tried: ContextVar[Mapping[str, AgentVersion]] = ContextVar(
    "agent_versions_tried",
    default=MappingProxyType({}),
)


@contextmanager
def trying(versions: Mapping[str, AgentVersion]) -> Iterator[None]:
    """In this context, and in threads that copy it, these versions answer in place of the published ones."""
    token = _tried.set(dict(versions))
    try:
        yield
    finally:
        _tried.reset(token)


def tools_of(agent: Agent) -> list[Tool]:
    """The tools in the agent's hands, whoever it works for."""
    return [tool for tool in tools if agent.may_use(tool)]


def switched_off(listed: Iterable[Tool]) -> dict[str, str]:
    """The tools that cannot work here, by name, each with the sentence why; many share one answer."""
    listed = list(listed)
    answers = {check: check() for check in {tool.ready for tool in listed}}
    return {tool.name: answers[tool.ready] for tool in listed if answers[tool.ready]}
