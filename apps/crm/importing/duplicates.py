"""Recognising leads that are already there: the same e-mail, or the same company and phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from apps.accounts.models import User
from apps.crm.importing.drafts import LeadDraft
from apps.crm.models import Lead


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
    columns = (
        "pk",
        "company_name",
        "contact_email",
        "company_key",
        "phone_key",
        "assigned_to_id",
        "imported_by_id",
        "import_row",
    )
    emails = {draft.contact_email for draft in drafts if draft.contact_email}
    numbers = [draft for draft in drafts if draft.phone_key]
    leads = Lead.objects.filter(contact_email__in=emails).exclude(contact_email="").values_list(*columns)
    leads = leads.union(
        Lead.objects.filter(
            company_key__in={draft.company_key for draft in numbers},
            phone_key__in={draft.phone_key for draft in numbers},
        ).values_list(*columns)
    )
    sees_all = user.has_perm("crm.view_all_leads")
    index = _Index()
    for pk, name, email, company, phone, owner, made_by, row in sorted(leads):
        in_this_file = made_by == lead_import
        known = Known(pk, name, in_this_file or sees_all or owner == user.pk, row if in_this_file else None)
        index.add(known, email, company, phone)
    return index
