"""Recognising leads that are already there: the same e-mail, or the same company and phone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from apps.accounts.models import User
from apps.crm.importing.drafts import LeadDraft

# The drafts go in as one JSON parameter; pairs of company and phone stay pairs.
_SAME = """
WITH draft AS (
    SELECT * FROM json_to_recordset(%s) AS given (email text, company text, phone text)
), same AS (
    SELECT id FROM crm_lead
    WHERE NOT contact_email = '' AND contact_email IN (SELECT email FROM draft)
    UNION
    SELECT id FROM crm_lead
    WHERE (company_key, phone_key) IN (SELECT company, phone FROM draft WHERE NOT phone = '')
)
SELECT id, company_name, contact_email, company_key, phone_key, assigned_to_id, imported_by_id, import_row
FROM crm_lead JOIN same USING (id)
ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A lead that a row repeats. `row` is set when an earlier row of the same file made it."""

    id: UUID
    label: str
    is_visible: bool
    row: int | None = None


@dataclass
class _Index:
    emails: dict[str, Known] = field(default_factory=dict)
    phones: dict[tuple[str, str], Known] = field(default_factory=dict)

    def add(self, known: Known, email: str, company: str, phone: str) -> None:
        if email:
            self.emails.setdefault(email, known)
        if company and phone:
            self.phones.setdefault((company, phone), known)

    def find(self, draft: LeadDraft) -> tuple[Known, str] | None:
        if draft.contact_email and (known := self.emails.get(draft.contact_email)):
            return known, "the same e-mail address"
        if draft.phone_key and (known := self.phones.get((draft.company_key, draft.phone_key))):
            return known, "the same company and phone number"
        return None


def split_duplicates(
    drafts: Sequence[LeadDraft], *, user: User, lead_import: UUID
) -> tuple[list[LeadDraft], list[tuple[LeadDraft, Known, str]]]:
    """New leads, and repeated ones each with the lead it repeats and in what.

    Earlier batches of the same file are found in the database, so memory does not grow with the file. The
    caller holds the lock of `apps.crm.services.locks`, so that nobody adds a lead in between.
    """
    index = _stored(drafts, user, lead_import)
    fresh = []
    repeated = []
    for draft in drafts:
        if found := index.find(draft):
            repeated.append((draft, *found))
        else:
            fresh.append(draft)
            known = Known(draft.id, draft.company_name, True, draft.row)
            index.add(known, draft.contact_email, draft.company_key, draft.phone_key)
    return fresh, repeated


def _stored(drafts: Sequence[LeadDraft], user: User, lead_import: UUID) -> _Index:
    given = [
        {"email": draft.contact_email, "company": draft.company_key, "phone": draft.phone_key}
        for draft in drafts
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SAME, [json.dumps(given)])
        rows = cursor.fetchall()
    sees_all = user.has_perm("crm.view_all_leads")
    index = _Index()
    for pk, name, email, company, phone, owner, made_by, row in rows:
        in_this_file = made_by == lead_import
        known = Known(pk, name, in_this_file or sees_all or owner == user.pk, row if in_this_file else None)
        index.add(known, email, company, phone)
    return index
