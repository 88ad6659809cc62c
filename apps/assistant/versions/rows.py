"""The rows of one agent's versions: held, counted, put in force."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.assistant.choices import AgentVersionStatus
from apps.assistant.models import AgentVersion
from apps.audit import services as audit

if TYPE_CHECKING:
    from apps.accounts.models import User

#: An arbitrary number that stands for "the versions of an agent" among PostgreSQL's advisory locks.
LOCK_KEY = 0x4D5A4147


def hold(agent: str) -> None:
    """Let nobody else number or publish a version of this agent until the transaction ends."""
    number = int.from_bytes(blake2b(agent.encode(), digest_size=4).digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_KEY, number])


def next_number(agent: str) -> int:
    """The number of the next version; hold the agent first."""
    last = AgentVersion.objects.filter(agent=agent).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def published_version(agent: str) -> AgentVersion | None:
    """The version that answers."""
    return AgentVersion.objects.filter(agent=agent, status=AgentVersionStatus.PUBLISHED).first()


def put_in_force(version: AgentVersion, *, by: User | None) -> AgentVersion:
    """Retire what answered and let `version` answer; hold the agent first."""
    before = published_version(version.agent)
    if before is not None:
        before.status = AgentVersionStatus.RETIRED
        before.save(update_fields=["status", "updated_at"])
    version.status = AgentVersionStatus.PUBLISHED
    version.published_by, version.published_at = by, timezone.now()
    version.save()
    audit.record(
        action="assistant.agentversion.published",
        obj=version,
        actor=by,
        details={
            "agent": version.agent,
            "number": version.number,
            "before": before.number if before else None,
            "note": version.note,
        },
    )
    return version
