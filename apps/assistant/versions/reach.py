"""What an agent can do for one person: person ∩ agent, and why not the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.agents import Agent, switched_off
from apps.assistant.approving.policies import effect_of, policies_of
from apps.assistant.skillkit import Skill, skills
from apps.assistant.toolkit import Tool, tools
from apps.assistant.versions.checking import tools_called_by

#: People that a list to choose from holds.
PEOPLE = 500


@dataclass(frozen=True)
class ToolReach:
    """A tool and whether it can be used. `why` says what stops it, or what it waits for; `off` is the same
    where nothing stops it but that it is not set up here.
    """

    tool: Tool
    usable: bool
    why: str = ""
    off: str = ""


@dataclass(frozen=True)
class SkillReach:
    """A skill and whether it can be used; `why` says what stops it."""

    skill: Skill
    usable: bool
    why: str = ""


@dataclass(frozen=True)
class Reach:
    """All there is, by family, with what can be used first known by `usable`."""

    families: Sequence[tuple[str, Sequence[ToolReach]]]
    skills: Sequence[SkillReach]

    @property
    def usable_tools(self) -> int:
        """How many tools can be used."""
        return sum(found.usable for _, listed in self.families for found in listed)

    @property
    def usable_skills(self) -> int:
        """How many skills can be used."""
        return sum(found.usable for found in self.skills)


def reach_of(agent: Agent, user: User) -> Reach:
    """Every tool and skill of the house, seen from that agent working for that person."""
    off = switched_off(tools)
    policies = policies_of(user)
    found = []
    for tool in sorted(tools, key=lambda tool: tool.qualified_name):
        ruling = effect_of(tool, user, agent.name, policies=policies)
        forbidden = _obstacle(agent, user, tool) or (_denied() if ruling.is_denied else "")
        missing = "" if forbidden else off.get(tool.name, "")
        why = forbidden or missing
        found.append(ToolReach(tool, not why, why or (_asked() if ruling.is_asked else ""), missing))
    usable = {item.tool.name for item in found if item.usable}
    return Reach(
        [(family, list(listed)) for family, listed in groupby(found, key=lambda item: family_of(item.tool))],
        [_skill(agent, user, skill, usable) for skill in skills if not skill.fallback],
    )


def family_of(tool: Tool) -> str:
    """What stands before the point of its qualified name."""
    return tool.qualified_name.partition(".")[0]


def people_for(viewer: User) -> QuerySet[User]:
    """Whose reach `viewer` may look at: everybody's, the department's, or the own."""
    people: QuerySet[User] = User.objects.active().select_related("department").order_by("name")
    if viewer.has_perm("assistant.view_all_runs") or viewer.has_perm("accounts.view_user"):
        return people
    if viewer.department_id and viewer.has_perm("assistant.view_department_runs"):
        return people.filter(department=viewer.department_id)
    return people.filter(pk=viewer.pk)


def _obstacle(agent: Agent, user: User, tool: Tool) -> str:
    if not agent.may_use(tool):
        return _("The agent was not given it.")
    if not tool.allowed(user):
        asked = (tool.permission,) if isinstance(tool.permission, str) else tool.permission or ()
        return _("%(name)s lacks the right %(right)s.") % {"name": user, "right": _(" or ").join(asked)}
    return ""


def _denied() -> str:
    return _("A policy forbids it.")


def _asked() -> str:
    return _("Waits for a person each time.")


def _skill(agent: Agent, user: User, skill: Skill, usable: set[str]) -> SkillReach:
    if not agent.has_skill(skill):
        return SkillReach(skill, False, _("The agent was not given it."))
    if not skill.allowed(user):
        right = skill.manifest.permission
        return SkillReach(
            skill, False, _("%(name)s lacks the right %(right)s.") % {"name": user, "right": right}
        )
    missing = [tool.qualified_name for tool in tools_called_by(skill) if tool.name not in usable]
    if missing:
        why = _("Some of it will be refused: %(tools)s.") % {"tools": ", ".join(missing)}
        return SkillReach(skill, True, why)
    return SkillReach(skill, True)
