"""Changing leads one at a time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit import services as audit
from apps.contacts.models import Contact
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.contacts.services import resolve_company, resolve_contact
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.crm.choices import CLOSED, ActivityKind, LeadStatus
from apps.crm.models import Lead, LeadActivity
from apps.crm.services.locks import hold_door

#: Seconds that a single new lead waits for an import to end.
PATIENCE = 8.0


class LeadFields(TypedDict, total=False):
    """What can be set on a lead from outside."""

    company_name: str
    contact_name: str
    contact_email: str
    contact_phone: str
    industry: str
    location: str
    source: str
    status: str
    assigned_to: User | None
    notes: str
    follow_up_date: date | None
    value: Decimal | None
    currency: str
    extra: dict[str, Any]


@transaction.atomic
def create_lead(*, actor: User, **fields: Unpack[LeadFields]) -> Lead:
    """A new lead, the actor's own unless somebody else is named.

    Raises `Conflict` when there is a lead with the same e-mail or the same company and phone, `Forbidden`
    when the actor may not give leads to others, `Invalid` for values that do not fit.
    """
    lead = Lead(**{"assigned_to": actor, **fields})
    hold_door(patience=PATIENCE)
    check_lead(actor=actor, lead=lead, is_new=True)
    _link(lead)
    if lead.status in CLOSED:
        lead.closed_at = timezone.now()
    lead.save(force_insert=True)
    audit.record(action="crm.lead.created", obj=lead, details={"status": lead.status}, actor=actor)
    return lead


@transaction.atomic
def update_lead(*, actor: User, lead: Lead, **fields: Unpack[LeadFields]) -> Lead:
    """Change some fields and return the new row; a change of status is kept with its time.

    `lead` may be stale: what is not in `fields` stays as it is. Raises `Forbidden`, `Invalid`.
    """
    current = Lead.objects.select_for_update().get(pk=lead.pk)
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    changed = [name for name in fields if getattr(current, name) != before[name]]
    if not changed:
        return current
    if "assigned_to" in changed:
        _require_assignable(actor, current.assigned_to)
    _validate(current)
    if {"company_name", "contact_name", "contact_email", "contact_phone"} & set(changed):
        _link(current)
    if "status" in changed:
        _keep_status_change(actor, current, str(before["status"]))
    current.save()
    details = {name: [_plain(before[name]), _plain(getattr(current, name))] for name in changed}
    audit.record(action="crm.lead.updated", obj=current, details=details, actor=actor)
    return current


@transaction.atomic
def log_contact(*, actor: User, lead: Lead, at: datetime, note: str = "") -> Lead:
    """Keep that somebody spoke with the lead at `at`; a new lead becomes a contacted one.

    Raises `Invalid` for a time that has not come yet.
    """
    if at > timezone.now():
        raise Invalid("A contact cannot lie in the future.", errors={"at": ["in the future"]})
    current = Lead.objects.select_for_update().get(pk=lead.pk)
    LeadActivity.objects.create(
        lead=current, kind=ActivityKind.CONTACT, occurred_at=at, by=actor, note=note.strip()
    )
    current.last_contacted = max(at, current.last_contacted or at)
    if current.status == LeadStatus.NEW:
        current.status = LeadStatus.CONTACTED
        _keep_status_change(actor, current, LeadStatus.NEW)
    current.save()
    audit.record(action="crm.lead.contacted", obj=current, details={"at": at.isoformat()}, actor=actor)
    return current


@transaction.atomic
def delete_lead(*, actor: User, lead: Lead) -> None:
    """Remove the lead and its activities; company and contact stay. Raises `Forbidden`."""
    if not actor.has_perm("crm.delete_lead"):
        raise Forbidden("You may not delete leads.")
    audit.record(
        action="crm.lead.deleted",
        obj=lead,
        details={"status": lead.status, "contact_email": lead.contact_email},
        actor=actor,
    )
    lead.delete()


def check_lead(*, actor: User, lead: Lead, is_new: bool) -> None:
    """Raises what `create_lead` would raise (for a changed lead: `Invalid` only); changes nothing."""
    _validate(lead)
    if is_new:
        _require_assignable(actor, lead.assigned_to)
        _refuse_duplicate(actor, lead)


def _require_assignable(actor: User, owner: User | None) -> None:
    if owner == actor or actor.has_perm("crm.assign_lead"):
        return
    raise Forbidden("You may not give leads to others.")


def _refuse_duplicate(actor: User, lead: Lead) -> None:
    same = Lead.objects.same_as(
        email=email_key(lead.contact_email),
        company=company_key(lead.company_name),
        phone=phone_key(lead.contact_phone),
    )
    visible: UUID | None = same.visible_to(actor).values_list("pk", flat=True).first()
    if visible is not None or same.exists():
        where = "There is already a lead" if visible else "A colleague already has a lead"
        raise Conflict(
            f"{where} with this e-mail address, or this company and phone number.",
            code="duplicate_lead",
            errors={"lead_id": str(visible)} if visible else {},
        )


def _link(lead: Lead) -> None:
    """Connect with company and contact; both are made when they are not there yet."""
    lead.company = resolve_company(name=lead.company_name, industry=lead.industry, location=lead.location)
    lead.contact = _contact_of(lead)


def _contact_of(lead: Lead) -> Contact | None:
    if not (lead.contact_email or phone_key(lead.contact_phone)):
        return None
    return resolve_contact(
        name=lead.contact_name, email=lead.contact_email, phone=lead.contact_phone, company=lead.company
    )


def _validate(lead: Lead) -> None:
    if not company_key(lead.company_name):
        raise Invalid("A lead needs a company name.", errors={"company_name": ["required"]})
    try:
        lead.clean_fields(exclude=["company", "contact", "imported_by"])
    except ValidationError as error:
        sentences = [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
        raise Invalid(" ".join(sentences), errors=error.message_dict) from error


def _keep_status_change(actor: User, lead: Lead, before: str) -> None:
    lead.closed_at = timezone.now() if lead.status in CLOSED else None
    LeadActivity.objects.create(
        lead=lead,
        kind=ActivityKind.STATUS,
        occurred_at=timezone.now(),
        by=actor,
        from_status=before,
        to_status=lead.status,
    )


def _plain(value: object) -> str | None:
    """As the audit trail keeps it."""
    if isinstance(value, User):
        return value.email
    return None if value is None else str(value)
