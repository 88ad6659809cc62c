"""What the pages of agents show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from apps.accounts.models import User
from apps.assistant.agents import Agent, agent_of, agents, agents_in_force, switched_off, tools_of
from apps.assistant.choices import AgentVersionStatus, VersionOrigin
from apps.assistant.evaluation.selectors import evaluations_of
from apps.assistant.models import AgentVersion
from apps.assistant.skillkit import skills
from apps.assistant.versions.checking import check
from apps.assistant.versions.comparing import compare
from apps.assistant.versions.content import content_of
from apps.assistant.versions.reach import PEOPLE, family_of, people_for, reach_of
from apps.assistant.versions.rights import may_edit, may_publish
from apps.core.versions import version_of

HISTORY = 50
REHEARSAL_PAGE = "admin:assistant_rehearsal_add"


@dataclass(frozen=True)
class Card:
    """An agent on the page of all."""

    agent: Agent
    version: AgentVersion | None
    waiting: list[AgentVersion]
    tools: int
    skills: int
    is_own: bool


def cards(viewer: User) -> list[Card]:
    """All agents, the own department's first."""
    rows = AgentVersion.objects.visible_to(viewer).exclude(status=AgentVersionStatus.RETIRED)
    by_agent: dict[str, list[AgentVersion]] = {}
    for row in rows.select_related("published_by").defer("instructions").order_by("agent", "-number"):
        by_agent.setdefault(row.agent, []).append(row)
    found = [_card(agent, by_agent.get(name, []), viewer) for name, agent in agents_in_force().items()]
    return sorted(found, key=lambda card: not card.is_own)


def _card(agent: Agent, rows: list[AgentVersion], viewer: User) -> Card:
    return Card(
        agent=agent,
        version=next((row for row in rows if row.status == AgentVersionStatus.PUBLISHED), None),
        waiting=[row for row in rows if row.status == AgentVersionStatus.DRAFT],
        tools=len(tools_of(agent)),
        skills=sum(not skill.fallback for skill in agent.skills()),
        is_own=viewer.department_slug == agent.name,
    )


def agent_context(viewer: User, name: str) -> dict[str, Any]:
    """One agent with its versions, newest first."""
    related = ("published_by", "author")
    rows = AgentVersion.objects.visible_to(viewer).filter(agent=name).select_related(*related)
    history = list(rows.order_by("-number")[:HISTORY])
    in_force = rows.filter(status=AgentVersionStatus.PUBLISHED).first()
    agent = agent_of(in_force) if in_force else agents()[name]
    return {
        "agent": agent,
        "in_force": in_force,
        "drafts": [row for row in history if row.status == AgentVersionStatus.DRAFT],
        "history": history,
        "hands": hands_of(agent),
        "may_edit": may_edit(viewer, name),
        "may_publish": may_publish(viewer, name),
        "try_url": try_url(in_force) if in_force else "",
    }


def version_context(viewer: User, version: AgentVersion) -> dict[str, Any]:
    """One version as what it says."""
    return {
        "version": version,
        "token": version_of(version),
        "agent": agent_of(version),
        "hands": hands_of(agent_of(version)),
        "in_force": _in_force(version.agent),
        "may_edit": may_edit(viewer, version.agent),
        "may_publish": may_publish(viewer, version.agent),
        "is_draft": version.status == AgentVersionStatus.DRAFT,
        "is_delivered": version.origin == VersionOrigin.FILE,
        "checked": check(version.agent, content_of(version)),
        "try_url": try_url(version),
        "evaluations": evaluations_of(version) if viewer.has_perm("assistant.view_evaluation") else [],
        "may_evaluate": viewer.has_perm("assistant.view_evaluation"),
    }


def comparison_context(viewer: User, version: AgentVersion, other: str) -> dict[str, Any]:
    """`version` on the right; on the left `other`, else the version in force."""
    in_force = _in_force(version.agent)
    left = visible_version(viewer, other, agent=version.agent) if other else in_force
    if left is None or left.pk == version.pk:
        left = _one_before(version) or version
    context = version_context(viewer, version)
    parts = compare(content_of(left), content_of(version))
    return {
        **context,
        "left": left,
        "right": version,
        "changes": [part for part in parts if not part.is_same],
        "same": [part.label for part in parts if part.is_same],
        "against_in_force": in_force is not None and left.pk == in_force.pk,
        "others": AgentVersion.objects.visible_to(viewer)
        .filter(agent=version.agent)
        .exclude(pk=version.pk)
        .only("pk", "agent", "number", "status", "title", "note")
        .order_by("-number")[:HISTORY],
    }


def reach_context(viewer: User, name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the agent, in the version asked for or in force, can do for the person asked for."""
    people = list(people_for(viewer)[:PEOPLE])
    person = next((one for one in people if str(one.pk) == asked.get("user", "")), None) or viewer
    version = visible_version(viewer, asked["version"], agent=name) if asked.get("version") else None
    agent = agent_of(version) if version else agents_in_force()[name]
    return {
        "agent": agent,
        "version": version,
        "people": people,
        "person": person,
        "reach": reach_of(agent, person),
    }


def hands_of(agent: Agent) -> dict[str, Any]:
    """Tools by family, skills and colleagues, for reading."""
    given = sorted(tools_of(agent), key=lambda tool: tool.qualified_name)
    known = agents()
    return {
        "families": [(name, list(members)) for name, members in groupby(given, key=family_of)],
        "off": switched_off(given),
        "skills": [skill for skill in skills if not skill.fallback and agent.has_skill(skill)],
        "colleagues": [known[name] for name in agent.hand_over if name in known],
    }


def visible_version(viewer: User, pk: object, *, agent: str = "") -> AgentVersion:
    """A version that the person may see. Raises `Http404`."""
    rows = AgentVersion.objects.visible_to(viewer).select_related("author", "published_by")
    try:
        found = rows.filter(pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    if found is None or (agent and found.agent != agent):
        raise Http404
    return found


def try_url(version: AgentVersion) -> str:
    """Where a conversation with this version can be rehearsed; "" where there is no such page."""
    try:
        page = reverse(REHEARSAL_PAGE)
    except NoReverseMatch:
        return ""
    return f"{page}?{urlencode({'agent': version.agent, 'version': version.pk})}"


def _in_force(agent: str) -> AgentVersion | None:
    rows = AgentVersion.objects.filter(agent=agent, status=AgentVersionStatus.PUBLISHED)
    return rows.select_related("published_by", "author").first()


def _one_before(version: AgentVersion) -> AgentVersion | None:
    earlier = AgentVersion.objects.filter(agent=version.agent, number__lt=version.number)
    return earlier.order_by("-number").first()
