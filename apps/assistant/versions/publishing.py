"""Deciding which version of an agent answers."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.models import User
from apps.assistant.choices import AgentVersionStatus, VersionOrigin
from apps.assistant.models import AgentVersion
from apps.assistant.versions.checking import require_sound
from apps.assistant.versions.content import content_of
from apps.assistant.versions.drafting import NOTE_LENGTH, require_draft
from apps.assistant.versions.rights import require_publish
from apps.assistant.versions.rows import hold, next_number, published_version, put_in_force
from apps.core.errors import Conflict, Invalid
from apps.core.versions import lock


@transaction.atomic
def publish(
    *, actor: User, draft: AgentVersion, note: str = "", version: str = "", instead_of: int | None = None
) -> AgentVersion:
    """Let a draft answer from the next run on; runs that have begun finish as they began.

    `version` and `instead_of` (the number of the version in force) are what the person saw when deciding.
    Raises `Conflict` when either changed meanwhile, `Invalid` when the draft cannot answer, `Forbidden`.
    """
    require_publish(actor, draft.agent)
    hold(draft.agent)
    held = require_draft(lock(draft, version))
    _require_unchanged(held.agent, instead_of)
    require_sound(held.agent, content_of(held))
    held.note = note[:NOTE_LENGTH] or held.note
    return put_in_force(held, by=actor)


@transaction.atomic
def roll_back(
    *, actor: User, to: AgentVersion, note: str = "", instead_of: int | None = None
) -> AgentVersion:
    """Publish the words of an earlier version again, under a new number.

    A copy, so that the history stays a line: each number was in force once, and every run between two dates
    points at the number of that time. Raises as `publish`; the words are checked again, since a tool or skill
    may have gone.
    """
    require_publish(actor, to.agent)
    hold(to.agent)
    _require_unchanged(to.agent, instead_of)
    if to.status != AgentVersionStatus.RETIRED:
        raise Invalid("Only a version that is not in force any more can come back.", code="not_retired")
    content = content_of(to)
    require_sound(to.agent, content)
    copy = content.put_on(
        AgentVersion(
            agent=to.agent,
            number=next_number(to.agent),
            origin=VersionOrigin.OFFICE,
            author=actor,
            note=(note or f"Back to version {to.number}.")[:NOTE_LENGTH],
        )
    )
    return put_in_force(copy, by=actor)


def _require_unchanged(agent: str, instead_of: int | None) -> None:
    """What answers must be what the person compared with."""
    in_force = published_version(agent)
    if instead_of is None or in_force is None or in_force.number == instead_of:
        return
    who = in_force.published_by or "A delivery"
    raise Conflict(
        f"{who} published version {in_force.number} in the meantime. Compare with it, then decide.",
        code="stale",
    )
