"""Finding, making and changing the one row of a company or person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.audit import services as audit
from apps.contacts.identity import identity_of
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.core.retrying import atomic_retried
from apps.core.versions import lock

if TYPE_CHECKING:
    from apps.accounts.models import User

Person = TypeVar("Person", Company, Contact)


class CompanyFields(TypedDict, total=False):
    """What can be set on a company from outside."""

    name: str
    industry: str
    location: str
    website: str


class ContactFields(TypedDict, total=False):
    """What can be set on a contact from outside."""

    name: str
    email: str
    phone: str
    company: Company | None


@transaction.atomic
def resolve_company(*, name: str, industry: str = "", location: str = "") -> Company:
    """The company of that name in any spelling; empty facts are filled, known ones are kept."""
    facts = {"industry": industry[:80], "location": location[:120]}
    company, is_new = Company.objects.get_or_create(
        name_key=company_key(name), defaults={"name": name.strip()[:200], **facts}
    )
    return company if is_new else _filled(company, facts)


@transaction.atomic
def resolve_contact(
    *, name: str = "", email: str = "", phone: str = "", company: Company | None = None
) -> Contact:
    """The person of that `identity_of`, else a new one; empty facts are filled, known ones are kept."""
    who = identity_of(
        email=email_key(email), phone_key=phone_key(phone), company_id=company.pk if company else None
    )
    facts = {"name": name[:160], "phone": phone[:40], "company": company}
    if who is not None and who.email:
        contact, is_new = Contact.objects.get_or_create(email=who.email, defaults=facts)
        return contact if is_new else _filled(contact, facts)
    known = Contact.objects.filter(**who.condition).order_by("created_at").first() if who else None
    return _filled(known, facts) if known else Contact.objects.create(**facts)


def complete_contact(
    contact: Contact, *, name: str = "", phone: str = "", company: Company | None = None
) -> Contact:
    """The person with the facts that were missing; known ones are kept."""
    return _filled(contact, {"name": name[:160], "phone": phone[:40], "company": company})


@transaction.atomic
def create_company(*, actor: User, **fields: Unpack[CompanyFields]) -> Company:
    """A new company. Raises `Forbidden`, `Invalid` (also when there is one of that name), `Conflict`."""
    return _save(actor, Company(**fields), "add")


@transaction.atomic
def update_company(
    *, actor: User, company: Company, version: str = "", **fields: Unpack[CompanyFields]
) -> Company:
    """Change some fields and return the new row. Raises `Forbidden`, `Stale`, `Invalid`, `Conflict`."""
    return _change(actor, company, version, dict(fields))


@atomic_retried
def create_contact(*, actor: User, **fields: Unpack[ContactFields]) -> Contact:
    """A new contact. Raises `Forbidden`, `Invalid` (also when there is one with that e-mail address)."""
    return _save(actor, Contact(**fields), "add")


@atomic_retried
def update_contact(
    *, actor: User, contact: Contact, version: str = "", **fields: Unpack[ContactFields]
) -> Contact:
    """Change some fields and return the new row. Raises `Forbidden`, `Stale`, `Invalid`, `Conflict`."""
    return _change(actor, contact, version, dict(fields))


def _change(actor: User, row: Person, version: str, fields: dict[str, object]) -> Person:
    current = lock(row, version)
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value)
    changed = {name: [str(before[name] or ""), str(fields[name] or "")] for name in fields}
    details = {name: pair for name, pair in changed.items() if len(set(pair)) > 1}
    return _save(actor, current, "change", details)


def _save(actor: User, row: Person, right: str, details: dict[str, list[str]] | None = None) -> Person:
    noun = row._meta.model_name
    if not actor.has_perm(f"contacts.{right}_{noun}"):
        raise Forbidden(f"You may not {right} {row._meta.verbose_name_plural}.")
    if details == {}:
        return row
    _normalise(row)
    try:
        row.full_clean(exclude=["search"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), errors=error.message_dict) from error
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("Somebody else just took this name or address.", code="taken") from error
    verb = "created" if right == "add" else "updated"
    audit.record(action=f"contacts.{noun}.{verb}", obj=row, details=details or {}, actor=actor)
    return row


def _normalise(row: Company | Contact) -> None:
    """As `save` will, so that the check for a second row of the same name or address sees what is stored."""
    if isinstance(row, Company):
        row.name_key = company_key(row.name)
        if not row.name_key:
            raise Invalid("A company needs a name.", errors={"name": ["required"]})
        return
    row.email, row.phone_key = email_key(row.email), phone_key(row.phone)
    if not (row.name.strip() or row.email or row.phone_key):
        raise Invalid("A contact needs a name, an e-mail address or a phone number.")


def _filled(row: Person, facts: Mapping[str, Any]) -> Person:
    """The row with those facts that it lacks.

    Writes these columns only, so that nobody's change is undone, and nothing at all when somebody filled them
    or removed the row since it was read.
    """
    missing = {name: value for name, value in facts.items() if value and not getattr(row, name)}
    if missing:
        empty = {name: getattr(row, name) for name in missing}
        for name, value in missing.items():
            setattr(row, name, value)
        if "phone" in missing:
            missing["phone_key"] = phone_key(missing["phone"])
        missing["updated_at"] = timezone.now()
        type(row)._default_manager.filter(pk=row.pk, **empty).update(**missing)
    return row
