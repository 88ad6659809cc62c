"""The form of an agent's draft: what stands in it, and what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby

from django.http import QueryDict

from apps.assistant.agents import Agent, agents, switched_off
from apps.assistant.skillkit import Skill, skills
from apps.assistant.toolkit import Tool, tools
from apps.assistant.versions.content import Content
from apps.assistant.versions.reach import family_of


@dataclass(frozen=True)
class ToolChoice:
    """A tool on the check-list. `covered`: the whole family was given, so the box says nothing more."""

    tool: Tool
    chosen: bool
    covered: bool
    off: str


@dataclass(frozen=True)
class FamilyChoice:
    """A family of tools on the check-list; `whole` gives those that come later, too."""

    name: str
    whole: bool
    tools: Sequence[ToolChoice]

    @property
    def pattern(self) -> str:
        """What the box of the whole family stands for."""
        return f"{self.name}.*"

    @property
    def given(self) -> int:
        """How many of the tools the agent has."""
        return sum(item.chosen or item.covered for item in self.tools)


@dataclass(frozen=True)
class AgentForm:
    """Everything that the page of a draft shows."""

    content: Content
    families: Sequence[FamilyChoice]
    other_patterns: str
    skills: Sequence[tuple[Skill, bool]]
    colleagues: Sequence[tuple[Agent, bool]]


def form_of(agent: str, content: Content) -> AgentForm:
    """The check-lists as the content fills them."""
    families = _families(content.tools)
    shown = {family.pattern for family in families} | {tool.qualified_name for tool in tools}
    return AgentForm(
        content=content,
        families=families,
        other_patterns="\n".join(pattern for pattern in content.tools if pattern not in shown),
        skills=[(skill, skill.name in content.skills) for skill in skills if not skill.fallback],
        colleagues=[
            (other, other.name in content.hand_over) for other in agents().values() if other.name != agent
        ],
    )


def content_from(posted: QueryDict) -> Content:
    """What a person sent; a tool is not named beside its whole family."""
    given = [*posted.getlist("tools"), *posted.get("other_patterns", "").split()]
    return Content(
        title=posted.get("title", ""),
        description=posted.get("description", ""),
        instructions=posted.get("instructions", ""),
        tools=[name for name in given if name.endswith(".*") or f"{name.partition('.')[0]}.*" not in given],
        skills=posted.getlist("skills"),
        hand_over=posted.getlist("hand_over"),
    )


def _families(patterns: Sequence[str]) -> list[FamilyChoice]:
    off = switched_off(tools)
    listed = sorted(tools, key=lambda tool: tool.qualified_name)
    found = []
    for name, members in groupby(listed, key=family_of):
        whole = f"{name}.*" in patterns
        wide = [pattern for pattern in patterns if "*" in pattern or "?" in pattern]
        choices = [
            ToolChoice(
                tool,
                chosen=tool.qualified_name in patterns,
                covered=any(fnmatchcase(tool.qualified_name, pattern) for pattern in wide),
                off=off.get(tool.name, ""),
            )
            for tool in members
        ]
        found.append(FamilyChoice(name, whole, choices))
    return found
