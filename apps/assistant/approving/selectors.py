"""What clients and pages read of approvals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.approving.deciders import NAMED, may_decide, people_for
from apps.assistant.approving.effects import why
from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval
from apps.assistant.naming import tool_title
from apps.assistant.toolkit import tools

__all__ = ["approval_card", "may_decide", "neighbours", "queue_for", "wordless_card"]


def approval_card(approval: Approval) -> dict[str, Any]:
    """What a client shows of an approval."""
    return {
        "id": str(approval.pk),
        "tool": approval.tool,
        "summary": approval.summary,
        "arguments": approval.arguments,
        "fields": _fields(approval),
        "preview": approval.preview,
        "risk": approval.risk,
        "four_eyes": approval.four_eyes,
        "deciders": _deciders(approval),
        "why": why(approval),
        "reason": approval.reason,
        "status": approval.status,
        "expires_at": approval.expires_at.isoformat(),
    }


def wordless_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card without what was proposed: that there was a question, and how it ended."""
    empty: dict[str, Any] = {"arguments": {}, "fields": [], "preview": {}, "why": ""}
    return {**card, "summary": tool_title(card["tool"]), **empty}


def _fields(approval: Approval) -> list[list[str]]:
    """The arguments that a person may write, in the tool's order, also those that were left out: each with
    "texts" for a list of them, "text", or "" for what only shows.
    """
    tool = tools.get(approval.tool)
    schemas = tool.input_schema.get("properties", {}) if tool else {}
    return [[name, _kind(schema)] for name, schema in schemas.items()]


def _kind(schema: Mapping[str, Any]) -> str:
    for option in schema.get("anyOf", [schema]):
        if option.get("type") == "string" and "enum" not in option:
            return "text"
        if option.get("type") == "array" and option.get("items", {}).get("type") == "string":
            return "texts"
    return ""


def _deciders(approval: Approval) -> list[str]:
    """Who may agree where the requester may not: he has to know whom to ask."""
    if not approval.four_eyes or approval.status != ApprovalStatus.PENDING:
        return []
    return [person.name for person in people_for(approval, NAMED)]


def queue_for(user: User) -> QuerySet[Approval]:
    """The open questions that the person may see, the one that runs out first in front."""
    return (
        Approval.objects.visible_to(user)
        .pending()
        .filter(expires_at__gt=timezone.now())
        .select_related("run__user", "run__conversation")
        .order_by("expires_at", "pk")
    )


def neighbours(approval: Approval, user: User) -> tuple[Approval | None, Approval | None]:
    """The questions before and after this one in the person's queue; also for one that was just answered."""
    place = (approval.expires_at, approval.pk)
    queue = queue_for(user).exclude(pk=approval.pk)
    before = queue.filter(_beyond("lt", *place)).order_by("-expires_at", "-pk").first()
    after = queue.filter(_beyond("gt", *place)).first()
    return before, after


def _beyond(side: str, expires_at: datetime, pk: UUID) -> Q:
    return Q(**{f"expires_at__{side}": expires_at}) | Q(**{"expires_at": expires_at, f"pk__{side}": pk})
