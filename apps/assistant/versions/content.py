"""What a version says, apart from who wrote it when."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from apps.assistant.agents import Agent
from apps.assistant.models import AgentVersion
from apps.assistant.skillkit import skills


@dataclass(frozen=True)
class Content:
    """Everything about an agent that people may write. Lists are sorted and without repetitions."""

    title: str
    description: str
    instructions: str
    tools: list[str] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    hand_over: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("title", "description", "instructions"):
            text = getattr(self, name).replace("\x00", "").replace("\r\n", "\n")
            object.__setattr__(self, name, text.strip())
        for name in ("tools", "skills", "hand_over"):
            object.__setattr__(self, name, sorted({item.strip() for item in getattr(self, name)} - {""}))

    @property
    def sha256(self) -> str:
        """The fingerprint by which two versions are the same."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def put_on(self, version: AgentVersion) -> AgentVersion:
        """Write it into a row, unsaved."""
        for name, value in asdict(self).items():
            setattr(version, name, value)
        version.sha256 = self.sha256
        return version


def content_of(version: AgentVersion) -> Content:
    """What a row says."""
    return Content(
        title=version.title,
        description=version.description,
        instructions=version.instructions,
        tools=version.tools,
        skills=version.skills,
        hand_over=version.hand_over,
    )


def delivered_content(agent: Agent) -> Content:
    """What an agent's file says, with the skills by name: a skill that comes or goes is a change too."""
    own = [skill.name for skill in skills if agent.has_skill(skill) and not skill.fallback]
    return Content(
        title=agent.title,
        description=agent.description,
        instructions=agent.instructions,
        tools=agent.tools,
        skills=own,
        hand_over=agent.hand_over,
    )
