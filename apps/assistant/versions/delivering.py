"""Bringing the agents' files into the database."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.assistant.agents import Agent, agents
from apps.assistant.choices import AgentVersionStatus, VersionOrigin
from apps.assistant.models import AgentVersion
from apps.assistant.versions.content import Content, content_of, delivered_content
from apps.assistant.versions.rows import hold, next_number, published_version, put_in_force
from apps.audit import services as audit


def sync_agents() -> list[AgentVersion]:
    """Make a version of each file whose content was not the last one delivered; returns the new ones.

    It answers at once where the files are in charge. Where people wrote the version in force, it waits as a
    draft for them to compare. Any number of processes may do this at the same time.
    """
    made = []
    for agent in agents().values():
        with transaction.atomic():
            hold(agent.name)
            version = _deliver(agent)
        if version is not None:
            made.append(version)
    return made


def _deliver(agent: Agent) -> AgentVersion | None:
    content = delivered_content(agent)
    earlier = AgentVersion.objects.filter(agent=agent.name, origin=VersionOrigin.FILE)
    last = earlier.order_by("-number").first()
    if last is not None and last.sha256 == content.sha256:
        return None
    earlier.filter(status=AgentVersionStatus.DRAFT).update(status=AgentVersionStatus.RETIRED)
    in_force = published_version(agent.name)
    version = content.put_on(
        AgentVersion(agent=agent.name, number=next_number(agent.name), origin=VersionOrigin.FILE)
    )
    if in_force is None or in_force.origin == VersionOrigin.FILE:
        version.note = _("Delivered with the platform.")
        return put_in_force(version, by=None)
    return _wait(version, content, in_force)


def _wait(version: AgentVersion, content: Content, in_force: AgentVersion) -> AgentVersion:
    """Keep what was delivered for people to look at: they wrote what answers now."""
    if content == content_of(in_force):
        version.status = AgentVersionStatus.RETIRED
        version.note = _("Delivered with the platform; the same as version %(number)d.") % {
            "number": in_force.number
        }
    else:
        version.note = _(
            "The delivered instructions changed. Compare them with yours, then publish or discard."
        )
    version.save()
    audit.record(
        action="assistant.agentversion.delivered",
        obj=version,
        details={"agent": version.agent, "number": version.number, "status": version.status},
    )
    return version
