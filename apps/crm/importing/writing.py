"""Writing many leads at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from apps.contacts.bulk import CompanyFacts, PersonFacts, resolve_companies, resolve_contacts
from apps.contacts.models import Company, Contact
from apps.core.ids import uuid7
from apps.crm.choices import CLOSED, ActivityKind, LeadStatus, LostReason
from apps.crm.importing.drafts import LeadDraft
from apps.crm.models import Activity, Lead, StageChange

LEAD_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "company_name",
    "company_key",
    "contact_name",
    "contact_email",
    "contact_phone",
    "phone_key",
    "industry",
    "location",
    "source",
    "status",
    "assigned_to_id",
    "notes",
    "last_contacted",
    "follow_up_date",
    "value",
    "currency",
    "expected_close",
    "stage_since",
    "position",
    "lost_reason",
    "lost_note",
    "closed_at",
    "company_id",
    "contact_id",
    "imported_by_id",
    "import_row",
    "extra",
)
ACTIVITY_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "lead_id",
    "kind",
    "occurred_at",
    "by_id",
    "subject_line",
    "note",
)
STAGE_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "lead_id",
    "from_status",
    "to_status",
    "at",
    "by_id",
    "seconds",
    "value",
    "currency",
    "lost_reason",
)


#: Apart on the board: far less than the seconds between two imports.
ROW_STEP = Decimal("0.000001")


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to the table of `model` by PostgreSQL's COPY: no defaults, no signals, no `save`."""
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def settle() -> None:
    """Check the foreign keys of what this transaction wrote, by plans that fit the tables as they are now.

    PostgreSQL keeps the plan of such a check with the connection. One made while a table was nearly empty
    reads the whole table for each row: after fifty thousand rows, the commit would take minutes. Fresh
    statistics make it plan anew.
    """
    tables = ", ".join(f'"{model._meta.db_table}"' for model in (Company, Contact, Lead))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def write_drafts(drafts: Sequence[LeadDraft], *, lead_import: UUID, user: UUID, now: datetime) -> None:
    """Save drafts as leads, linked to their companies and contacts, with what is known of past contacts."""
    if not drafts:
        return
    link(drafts)
    copy_rows(Lead, LEAD_COLUMNS, (_lead_row(draft, lead_import, now) for draft in drafts))
    copy_rows(StageChange, STAGE_COLUMNS, (_came_in(draft, user, now) for draft in drafts))
    contacted = [draft for draft in drafts if draft.last_contacted is not None]
    copy_rows(Activity, ACTIVITY_COLUMNS, (_contact_row(draft, user, now) for draft in contacted))


def link(drafts: Sequence[LeadDraft]) -> None:
    """Give each draft the ids of its company and contact; a person without address and number has no row."""
    companies = resolve_companies(
        {
            draft.company_key: CompanyFacts(draft.company_name, draft.industry, draft.location)
            for draft in drafts
        }
    )
    for draft in drafts:
        draft.company_id = companies[draft.company_key]
    reachable = [draft for draft in drafts if draft.contact_email or draft.phone_key]
    contacts = resolve_contacts([_person(draft, companies[draft.company_key]) for draft in reachable])
    for draft, contact in zip(reachable, contacts, strict=True):
        draft.contact_id = contact


def _person(draft: LeadDraft, company: UUID) -> PersonFacts:
    return PersonFacts(draft.contact_name, draft.contact_email, draft.contact_phone, draft.phone_key, company)


def _lead_row(draft: LeadDraft, lead_import: UUID, now: datetime) -> tuple[Any, ...]:
    # A closed lead's last contact is the best that the file says about when it was closed.
    closed_at = draft.last_contacted if draft.status in CLOSED else None
    return (
        draft.id,
        now,
        now,
        draft.company_name,
        draft.company_key,
        draft.contact_name,
        draft.contact_email,
        draft.contact_phone,
        draft.phone_key,
        draft.industry,
        draft.location,
        draft.source.value,
        draft.status.value,
        draft.assigned_to,
        draft.notes,
        draft.last_contacted,
        draft.follow_up_date,
        draft.value,
        draft.currency,
        None,
        now,
        # The first row of the file is the highest of its cards.
        Decimal(str(now.timestamp())) - draft.row * ROW_STEP,
        _lost_reason(draft),
        "",
        closed_at,
        draft.company_id,
        draft.contact_id,
        lead_import,
        draft.row,
        json.dumps(draft.extra, ensure_ascii=False),
    )


def _contact_row(draft: LeadDraft, user: UUID, now: datetime) -> tuple[Any, ...]:
    return (uuid7(), now, now, draft.id, ActivityKind.CONTACT.value, draft.last_contacted, user, "", "")


def _came_in(draft: LeadDraft, user: UUID, now: datetime) -> tuple[Any, ...]:
    to, value, currency = draft.status.value, draft.value, draft.currency
    return (uuid7(), now, now, draft.id, "", to, now, user, None, value, currency, _lost_reason(draft))


def _lost_reason(draft: LeadDraft) -> str:
    """Files have no column for it."""
    return LostReason.NOT_RECORDED.value if draft.status == LeadStatus.CLOSED_LOST else ""
