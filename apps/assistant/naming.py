"""What people call the things that programs know by name."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.assistant.agents import agents
from apps.assistant.choices import StepKind
from apps.assistant.skillkit import skills
from apps.assistant.toolkit import tools


def agent_title(name: str) -> str:
    """The agent's title."""
    agent = agents().get(name)
    return agent.title if agent else _in_words(name)


def skill_title(name: str) -> str:
    """The skill's title, also of one that is gone."""
    skill = skills.get(name)
    return skill.manifest.title if skill else _in_words(name)


def tool_title(name: str) -> str:
    """The tool's title, also of one that is gone."""
    tool = tools.get(name)
    return tool.title if tool else _in_words(name)


def mode_title(mode: str) -> str:
    """Who answered: the provider of a model, or nobody's model."""
    if not mode:
        return "–"
    return _("Without a model") if mode == "offline" else mode.capitalize()


def step_title(kind: str, name: str) -> str:
    """What a step of that kind with that name did."""
    if kind == StepKind.TOOL:
        return tool_title(name)
    return skill_title(name) if kind == StepKind.SKILL else _in_words(name)


def _in_words(name: str) -> str:
    return name.replace("_", " ")[:1].upper() + name.replace("_", " ")[1:]
