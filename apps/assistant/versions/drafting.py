"""Writing the next version of an agent."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.assistant.agents import agents
from apps.assistant.choices import AgentVersionStatus, VersionOrigin
from apps.assistant.models import AgentVersion
from apps.assistant.versions.checking import require_sound
from apps.assistant.versions.content import Content, content_of, delivered_content
from apps.assistant.versions.rights import require_edit
from apps.assistant.versions.rows import hold, next_number, published_version
from apps.audit import services as audit
from apps.core.errors import Conflict, NotFound
from apps.core.versions import lock

NOTE_LENGTH = 300


@transaction.atomic
def draft_version(
    *, actor: User, agent: str, based_on: AgentVersion | None = None, note: str = ""
) -> AgentVersion:
    """A draft with the words of `based_on`, or of what answers now. It answers nobody until it is published.

    Raises `NotFound` for an unknown agent, `Forbidden` without the right to its department's agent.
    """
    if agent not in agents():
        raise NotFound(f"There is no agent named {agent!r}.")
    require_edit(actor, agent)
    hold(agent)
    source = based_on or published_version(agent)
    content = content_of(source) if source else delivered_content(agents()[agent])
    draft = content.put_on(
        AgentVersion(
            agent=agent,
            number=next_number(agent),
            origin=VersionOrigin.OFFICE,
            author=actor,
            note=note[:NOTE_LENGTH],
        )
    )
    draft.save()
    _record("drafted", draft, actor, based_on=source.number if source else None)
    return draft


@transaction.atomic
def edit_draft(
    *, actor: User, draft: AgentVersion, content: Content, note: str | None = None, version: str = ""
) -> AgentVersion:
    """Replace the words of a draft.

    Raises `Stale` when somebody else saved it since `version`, `Conflict` when it is no draft any more,
    `Invalid` with the errors by field, `Forbidden`.
    """
    require_edit(actor, draft.agent)
    held = require_draft(lock(draft, version))
    require_sound(held.agent, content)
    if held.origin == VersionOrigin.FILE:
        raise Conflict(
            "What was delivered stays as it is. Make a draft of it and edit that.", code="delivered"
        )
    content.put_on(held)
    held.author = actor
    if note is not None:
        held.note = note[:NOTE_LENGTH]
    held.save()
    _record("edited", held, actor)
    return held


@transaction.atomic
def discard(*, actor: User, draft: AgentVersion, version: str = "") -> AgentVersion:
    """Put a draft aside for good. It stays in the history: rehearsals and evaluations may have used it."""
    require_edit(actor, draft.agent)
    held = require_draft(lock(draft, version))
    held.status = AgentVersionStatus.RETIRED
    held.save(update_fields=["status", "updated_at"])
    _record("discarded", held, actor)
    return held


def require_draft(version: AgentVersion) -> AgentVersion:
    """Raises `Conflict` for what was published or put aside."""
    if version.status != AgentVersionStatus.DRAFT:
        who = f" by {version.published_by}" if version.published_by else ""
        state = version.get_status_display().lower()
        raise Conflict(
            f"Version {version.number} is no draft any more: it was {state}{who}.", code="no_draft"
        )
    return version


def _record(verb: str, version: AgentVersion, actor: User, **details: object) -> None:
    audit.record(
        action=f"assistant.agentversion.{verb}",
        obj=version,
        actor=actor,
        details={"agent": version.agent, "number": version.number, **details},
    )
