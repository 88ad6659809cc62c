"""Whether a version can be published, and what its author should look at."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from django.utils.translation import gettext as _

from apps.assistant.agents import agents
from apps.assistant.skillkit import Skill, skills
from apps.assistant.toolkit import Tool, tools
from apps.assistant.versions.content import Content
from apps.core.errors import Invalid

#: Characters. A model reads the instructions before every answer: what is long is read less well, and paid.
SHORTEST, LONGEST = 80, 12_000
_PATTERN = re.compile(r"[a-z0-9_*?]+\.[a-z0-9_*?]+")


@dataclass(frozen=True)
class Checked:
    """`errors` by field stop a version; `warnings` are for its author to look at."""

    errors: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def check(agent: str, content: Content) -> Checked:
    """Look a version over, as it would answer with the tools and skills of this process."""
    errors: dict[str, list[str]] = {}
    for name, found in (
        ("title", _title(content)),
        ("description", _description(content)),
        ("instructions", _instructions(content)),
        ("tools", _malformed(content)),
        ("skills", _unknown_skills(content)),
        ("hand_over", _unknown_agents(agent, content)),
    ):
        if listed := list(found):
            errors[name] = listed
    return Checked(errors, [*_empty_patterns(content), *_missing_tools(content)])


def require_sound(agent: str, content: Content) -> None:
    """Raises `Invalid` with the errors by field."""
    errors = check(agent, content).errors
    if errors:
        sentence = next(iter(errors.values()))[0]
        raise Invalid(sentence, code="invalid_agent", errors=errors)


def _title(content: Content) -> Iterator[str]:
    if not content.title:
        yield _("Give the agent a name that people read.")
    elif len(content.title) > 80:
        yield _("The name has at most 80 characters.")


def _description(content: Content) -> Iterator[str]:
    if len(content.description) > 300:
        yield _("The description has at most 300 characters.")


def _instructions(content: Content) -> Iterator[str]:
    length = len(content.instructions)
    if length < SHORTEST:
        yield _("The instructions are too short to say what the job is (at least %(least)d characters).") % {
            "least": SHORTEST
        }
    if length > LONGEST:
        yield _("The instructions have %(length)d characters; at most %(most)d are read well.") % {
            "length": length,
            "most": LONGEST,
        }


def _malformed(content: Content) -> Iterator[str]:
    for pattern in content.tools:
        if not _PATTERN.fullmatch(pattern):
            yield _("“%(pattern)s” is not <family>.<tool>, such as crm.* or mail.send_mail.") % {
                "pattern": pattern
            }


def _unknown_skills(content: Content) -> Iterator[str]:
    for name in content.skills:
        if name not in skills:
            yield _("There is no skill named “%(name)s”.") % {"name": name}


def _unknown_agents(agent: str, content: Content) -> Iterator[str]:
    for name in content.hand_over:
        if name == agent:
            yield _("An agent cannot hand over to itself.")
        elif name not in agents():
            yield _("There is no agent named “%(name)s”.") % {"name": name}


def _empty_patterns(content: Content) -> Iterator[str]:
    for pattern in content.tools:
        if not any(fnmatchcase(tool.qualified_name, pattern) for tool in tools):
            yield _("No tool is called “%(pattern)s” at present.") % {"pattern": pattern}


def _missing_tools(content: Content) -> Iterator[str]:
    for name in content.skills:
        skill = skills.get(name)
        missing = [
            tool.qualified_name for tool in tools_called_by(skill) if not _in_hands(tool, content)
        ] if skill else []  # fmt: skip
        if missing and skill:
            yield _("The skill “%(skill)s” calls %(tools)s, which is not among the tools.") % {
                "skill": skill.manifest.title,
                "tools": ", ".join(missing),
            }


def _in_hands(tool: Tool, content: Content) -> bool:
    return any(fnmatchcase(tool.qualified_name, pattern) for pattern in content.tools)


def tools_called_by(skill: Skill) -> list[Tool]:
    """The tools that the skill's module imports: what it will call, as far as one can see beforehand."""
    module = sys.modules[skill.run.__module__]
    names = {getattr(value, "tool_name", "") for value in vars(module).values()} - {""}
    return [tool for name in sorted(names) if (tool := tools.get(name))]
