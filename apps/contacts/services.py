"""Finding, making and changing the one row of a company or person."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, TypeVar, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.audit import services as audit
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.core.errors import Forbidden, Invalid
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
    company, created = Company.objects.get_or_create(
        name_key=company_key(name),
        defaults={"name": name.strip()[:200], "industry": industry[:80], "location": location[:120]},
    )
    if not created:
        _fill(company, industry=industry[:80], location=location[:120])
    return company


@transaction.atomic
def resolve_contact(
    *, name: str = "", email: str = "", phone: str = "", company: Company | None = None
) -> Contact:
    """The person with that e-mail, else with that phone at that company, else a new one."""
    contact = _find_contact(email_key(email), phone_key(phone), company)
    if contact is None:
        return Contact.objects.create(name=name[:160], email=email, phone=phone[:40], company=company)
    _fill(contact, name=name[:160], phone=phone[:40], email=email_key(email), company=company)
    return contact


@transaction.atomic
def create_company(*, actor: User, **fields: Unpack[CompanyFields]) -> Company:
    """A new company. Raises `Forbidden`, `Invalid` (also when there is one of that name)."""
    return _save(actor, Company(**fields), "add")


@transaction.atomic
def update_company(
    *, actor: User, company: Company, version: str = "", **fields: Unpack[CompanyFields]
) -> Company:
    """Change some fields and return the new row. Raises `Forbidden`, `Stale`, `Invalid`."""
    return _change(actor, company, version, dict(fields))


@transaction.atomic
def create_contact(*, actor: User, **fields: Unpack[ContactFields]) -> Contact:
    """A new contact. Raises `Forbidden`, `Invalid` (also when there is one with that e-mail address)."""
    return _save(actor, Contact(**fields), "add")


@transaction.atomic
def update_contact(
    *, actor: User, contact: Contact, version: str = "", **fields: Unpack[ContactFields]
) -> Contact:
    """Change some fields and return the new row. Raises `Forbidden`, `Stale`, `Invalid`."""
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
    row.save()
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


def _find_contact(email: str, phone: str, company: Company | None) -> Contact | None:
    if email:
        return Contact.objects.filter(email=email).first()
    if phone and company:
        return Contact.objects.filter(phone_key=phone, company=company).first()
    return None


def _fill(row: Company | Contact, **facts: object) -> None:
    missing = {name: value for name, value in facts.items() if value and not getattr(row, name)}
    if missing:
        for name, value in missing.items():
            setattr(row, name, value)
        row.save()
