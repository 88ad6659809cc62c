"""Finding or making the rows of many companies and people at once, in a handful of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.contacts.models import Company, Contact


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of a company whose key (`company_key`) is known."""

    name: str
    industry: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person. `email` and `phone_key` are in comparable form, one of them not empty."""

    name: str
    email: str
    phone: str
    phone_key: str
    company_id: UUID | None


@transaction.atomic
def resolve_companies(facts: Mapping[str, CompanyFacts]) -> dict[str, UUID]:
    """Key → id of every company in `facts`; missing ones are made, known ones are left as they are."""
    known = _companies(facts)
    missing = [
        Company(name=company.name, name_key=key, industry=company.industry, location=company.location)
        for key, company in sorted(facts.items())
        if key not in known
    ]
    if missing:
        # Another transaction may have made one of them in between; then its row counts.
        Company.objects.bulk_create(missing, ignore_conflicts=True)
        known |= _companies({company.name_key for company in missing})
    return known


@transaction.atomic
def resolve_contacts(people: Sequence[PersonFacts]) -> list[UUID]:
    """The id of each person, in order: by e-mail, else by phone at the company, else of a new row."""
    emails = _by_email({person.email for person in people if person.email})
    phones = _by_phone([person for person in people if not person.email])
    missing: dict[tuple[str, UUID | None, str], Contact] = {}
    for person in people:
        key = _identity(person)
        if person.email not in emails and (person.company_id, person.phone_key) not in phones:
            missing.setdefault(key, _contact(person))
    if missing:
        ordered = [missing[key] for key in sorted(missing, key=str)]
        Contact.objects.bulk_create(ordered, ignore_conflicts=True)
        emails |= _by_email({contact.email for contact in ordered if contact.email})
        phones |= {
            (contact.company_id, contact.phone_key): contact.pk for contact in ordered if not contact.email
        }
    return [
        emails[person.email] if person.email else phones[person.company_id, person.phone_key]
        for person in people
    ]


def _companies(keys: Collection[str]) -> dict[str, UUID]:
    return dict(Company.objects.filter(name_key__in=list(keys)).values_list("name_key", "pk"))


def _by_email(emails: Collection[str]) -> dict[str, UUID]:
    return dict(Contact.objects.filter(email__in=list(emails)).values_list("email", "pk"))


def _by_phone(people: Sequence[PersonFacts]) -> dict[tuple[UUID | None, str], UUID]:
    if not people:
        return {}
    rows = Contact.objects.filter(
        phone_key__in={person.phone_key for person in people},
        company_id__in={person.company_id for person in people},
    ).order_by("-created_at")
    return {(company, phone): pk for company, phone, pk in rows.values_list("company_id", "phone_key", "pk")}


def _identity(person: PersonFacts) -> tuple[str, UUID | None, str]:
    return (person.email, None, "") if person.email else ("", person.company_id, person.phone_key)


def _contact(person: PersonFacts) -> Contact:
    return Contact(
        name=person.name,
        email=person.email,
        phone=person.phone,
        phone_key=person.phone_key,
        company_id=person.company_id,
    )
