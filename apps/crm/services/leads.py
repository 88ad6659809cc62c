"""Changing leads one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.contacts.models import Contact
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.contacts.services import complete_contact, resolve_company, resolve_contact
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.core.moments import require_sane
from apps.core.retrying import atomic_retried
from apps.crm import live
from apps.crm.choices import CLOSED, LeadStatus, LostReason
from apps.crm.models import Lead, LeadImport, Task
from apps.crm.services import stages
from apps.crm.services.locks import hold_door, lock_lead, require
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify

#: Seconds that a single new lead waits for an import to end.
PATIENCE = 8.0


class LeadFields(TypedDict, total=False):
    """What can be set on a lead from outside. The stage is not among it: see `moves.move_lead`."""

    company_name: str
    contact_name: str
    contact_email: str
    contact_phone: str
    industry: str
    location: str
    source: str
    assigned_to: User | None
    notes: str
    follow_up_date: date | None
    value: Decimal | None
    currency: str
    expected_close: date | None
    extra: dict[str, Any]


class NewLeadFields(LeadFields, total=False):
    """What can be set on a new lead: also the stage it comes in with, and the file it comes from."""

    status: str
    lost_reason: str
    imported_by: LeadImport | None
    import_row: int | None


#: What people plan for a lead.
DAYS = ("follow_up_date", "expected_close")
#: Of these depends which company and person the lead is linked with.
_LINKING = {"company_name", "contact_name", "contact_email", "contact_phone"}


@atomic_retried
def create_lead(*, actor: User, **fields: Unpack[NewLeadFields]) -> Lead:
    """A new lead, the actor's own unless somebody else is named.

    It comes in with an open status; only one from a file (`imported_by`) may be closed already.

    Raises `Conflict` when there is a lead with the same e-mail or the same company and phone, `Forbidden`
    when the actor may not add leads or give them to others, `Invalid` for values that do not fit.
    """
    require(actor, "crm.add_lead")
    lead = Lead(**{"assigned_to": actor, **fields})
    hold_door(patience=PATIENCE)
    check_lead(actor=actor, lead=lead, is_new=True)
    _link(lead)
    if lead.status in CLOSED:
        lead.closed_at = timezone.now()
    if lead.status == LeadStatus.CLOSED_LOST:
        lead.lost_reason = lead.lost_reason or LostReason.NOT_RECORDED
    lead.save(force_insert=True)
    stages.came_in(lead=lead, by=actor)
    _tell_owner(actor, lead)
    audit.record(action="crm.lead.created", obj=lead, details={"status": lead.status}, actor=actor)
    live.announce("created", lead_id=lead.pk, owner_ids={lead.assigned_to_id})
    return lead


@atomic_retried
def update_lead(*, actor: User, lead: Lead, version: str = "", **fields: Unpack[LeadFields]) -> Lead:
    """Change some fields and return the new row.

    `lead` may be stale: what is not in `fields` stays as it is. With a `version`, any change since then is
    refused (`Stale`). Giving the lead to somebody else gives them the old owner's open tasks with it.

    Raises `Forbidden`, `NotFound`, `Invalid`, `Stale`.
    """
    _refuse_unknown(fields)
    current = lock_lead(actor=actor, lead=lead, version=version)
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    changed = [name for name in fields if getattr(current, name) != before[name]]
    if not changed:
        return current
    _validate(current)
    _check_days(current, changed)
    if _LINKING & set(changed):
        _link(current, changed)
    owners = {current.assigned_to_id}
    if "assigned_to" in changed:
        owners.add(_hand_over(actor, current, before["assigned_to"]))
    current.save()
    details = {name: [_plain(before[name]), _plain(getattr(current, name))] for name in changed}
    audit.record(action="crm.lead.updated", obj=current, details=details, actor=actor)
    live.announce("updated", lead_id=current.pk, owner_ids=owners)
    return current


@atomic_retried
def delete_lead(*, actor: User, lead: Lead) -> None:
    """Remove the lead and its history; company, contact and files stay. Raises `Forbidden`, `NotFound`."""
    current = lock_lead(actor=actor, lead=lead, right="crm.delete_lead")
    audit.record(
        action="crm.lead.deleted",
        obj=current,
        details={"status": current.status, "contact_email": current.contact_email},
        actor=actor,
    )
    live.announce("deleted", lead_id=current.pk, owner_ids={current.assigned_to_id})
    current.delete()


def check_lead(*, actor: User, lead: Lead, is_new: bool) -> None:
    """Raises what `create_lead` would raise (for a changed lead: `Invalid` only); changes nothing."""
    _validate(lead)
    if is_new:
        _check_days(lead, DAYS)
        if lead.status in CLOSED and lead.imported_by is None:
            raise Invalid(
                _("A new lead starts in an open stage."), errors={"status": [_("Choose an open stage.")]}
            )
        _require_assignable(actor, lead.assigned_to)
        _refuse_duplicate(actor, lead)


def _refuse_unknown(fields: LeadFields) -> None:
    unknown = sorted(set(fields) - set(LeadFields.__annotations__))
    if unknown:
        raise Invalid(
            _("This cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)},
            errors={name: ["cannot be changed"] for name in unknown},
        )


def _hand_over(actor: User, lead: Lead, old: User | None) -> UUID | None:
    """The lead goes to its new owner: so do the open tasks. Returns who had it."""
    _require_assignable(actor, lead.assigned_to)
    if old is not None and lead.assigned_to is not None:
        theirs = Task.objects.open().filter(lead=lead, assigned_to=old)
        theirs.update(assigned_to=lead.assigned_to, updated_at=timezone.now())
    _tell_owner(actor, lead)
    return old.pk if old else None


def _tell_owner(actor: User, lead: Lead) -> None:
    owner = lead.assigned_to
    if owner is None or owner == actor:
        return
    notify(
        recipient=owner,
        kind=NoticeKind.ASSIGNED,
        title=_("%(actor)s gave you a lead: %(lead)s") % {"actor": actor.name or actor.email, "lead": lead},
        key=f"lead:{lead.pk}:assigned:{timezone.now().isoformat()}",
        url=lead.admin_url,
    )


def _require_assignable(actor: User, owner: User | None) -> None:
    if owner != actor and not actor.has_perm("crm.assign_lead"):
        raise Forbidden(_("You may not give leads to others."))
    if owner is not None and not owner.has_perm("crm.view_lead"):
        raise Invalid(
            _("%(name)s does not work with leads. Choose somebody of sales.") % {"name": owner.name},
            errors={"assigned_to": ["cannot see leads"]},
        )


def _refuse_duplicate(actor: User, lead: Lead) -> None:
    same = Lead.objects.same_as(
        email=email_key(lead.contact_email),
        company=company_key(lead.company_name),
        phone=phone_key(lead.contact_phone),
    )
    visible: UUID | None = same.visible_to(actor).values_list("pk", flat=True).first()
    if visible is None and not same.exists():
        return
    if visible:
        detail = _("There is already a lead with this e-mail address, or this company and phone number.")
    else:
        detail = _(
            "A colleague already has a lead with this e-mail address, or this company and phone number."
        )
    raise Conflict(detail, code="duplicate_lead", errors={"lead_id": str(visible)} if visible else {})


def _link(lead: Lead, changed: Iterable[str] = _LINKING) -> None:
    """Connect with company and contact; both are made when they are not there yet.

    Those that it has, perhaps by a merge, stay while what they are found by stays the same.
    """
    # Until the lead is saved, its key is that of the name it had.
    if lead.company is None or company_key(lead.company_name) != lead.company_key:
        lead.company = resolve_company(name=lead.company_name, industry=lead.industry, location=lead.location)
    found_by = {"contact_email"} if lead.contact_email else _LINKING - {"contact_name"}
    if lead.contact is None or found_by.intersection(changed):
        lead.contact = _contact_of(lead)
    else:
        complete_contact(lead.contact, name=lead.contact_name, phone=lead.contact_phone, company=lead.company)


def _contact_of(lead: Lead) -> Contact | None:
    if not (lead.contact_email or phone_key(lead.contact_phone)):
        return None
    return resolve_contact(
        name=lead.contact_name, email=lead.contact_email, phone=lead.contact_phone, company=lead.company
    )


def _validate(lead: Lead) -> None:
    if not company_key(lead.company_name):
        raise Invalid(_("A lead needs a company name."), errors={"company_name": ["required"]})
    try:
        lead.clean_fields(exclude=["company", "contact", "imported_by"])
    except ValidationError as error:
        sentences = [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
        raise Invalid(" ".join(sentences), errors=error.message_dict) from error


def _check_days(lead: Lead, names: Iterable[str]) -> None:
    """Those among `names`; the others are as they were before."""
    for name in set(DAYS).intersection(names):
        require_sane(getattr(lead, name), name)


def _plain(value: object) -> str | None:
    """As the audit trail keeps it."""
    if isinstance(value, User):
        return value.email
    return None if value is None else str(value)
