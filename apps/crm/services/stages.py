"""Putting a lead into a stage, and keeping that it was."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import User
from apps.crm.choices import CLOSED, LeadStatus
from apps.crm.models import Lead, StageChange


def came_in(*, lead: Lead, by: User) -> StageChange:
    """Keep that a new lead arrived, with the stage it arrived in."""
    return _keep(lead, by=by, at=lead.created_at, before="", seconds=None)


def enter(
    *, lead: Lead, to: LeadStatus, by: User, at: datetime, lost_reason: str = "", lost_note: str = ""
) -> StageChange:
    """Put a locked lead into another stage at `at` and keep the step; the caller saves the lead.

    Whether the step is allowed is the caller's question.
    """
    before = lead.status
    seconds = max(0, int((at - lead.stage_since).total_seconds()))
    lead.status, lead.stage_since = to, at
    lead.closed_at = at if to in CLOSED else None
    lead.lost_reason, lead.lost_note = lost_reason, lost_note
    return _keep(lead, by=by, at=at, before=before, seconds=seconds)


def _keep(lead: Lead, *, by: User, at: datetime, before: str, seconds: int | None) -> StageChange:
    return StageChange.objects.create(
        lead=lead,
        from_status=before,
        to_status=lead.status,
        at=at,
        by=by,
        seconds=seconds,
        value=lead.value,
        currency=lead.currency,
        lost_reason=lead.lost_reason,
    )
