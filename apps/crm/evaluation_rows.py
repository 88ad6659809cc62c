"""Leads for the cases of the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.evaluation.world import maker
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.contacts.services import resolve_company
from apps.crm.choices import CLOSED, LeadStatus, LostReason
from apps.crm.models import Lead
from apps.crm.services import stages


@maker("leads")
def make_leads(user: User, rows: Sequence[Mapping[str, Any]]) -> None:
    """Leads of the case's user, whatever he may do himself.

    `last_contacted_days` and `follow_up_days` are counted back from and on from today.
    """
    for row in rows:
        lead = _lead(user, dict(row))
        lead.company = resolve_company(name=lead.company_name)
        lead.save(force_insert=True)
        stages.came_in(lead=lead, by=user)


def _lead(user: User, row: dict[str, Any]) -> Lead:
    now = timezone.now()
    contacted, ahead = row.pop("last_contacted_days", None), row.pop("follow_up_days", None)
    value = row.pop("value", None)
    lead = Lead(**row, assigned_to=user, value=None if value is None else Decimal(str(value)))
    lead.company_key = company_key(lead.company_name)
    lead.contact_email = email_key(lead.contact_email)
    lead.phone_key = phone_key(lead.contact_phone)
    lead.last_contacted = None if contacted is None else now - timedelta(days=contacted)
    lead.follow_up_date = None if ahead is None else (now + timedelta(days=ahead)).date()
    lead.closed_at = now if lead.status in CLOSED else None
    if lead.status == LeadStatus.CLOSED_LOST:
        lead.lost_reason = lead.lost_reason or LostReason.PRICE
    return lead
