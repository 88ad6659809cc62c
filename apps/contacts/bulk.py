"""Finding or making the rows of many companies and people at once, in a handful of statements.

Lists go to PostgreSQL as one JSON parameter each: much cheaper to write and to read than long SQL.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.core.ids import uuid7

_ADD_COMPANIES = """
INSERT INTO contacts_company (id, created_at, updated_at, name, name_key, industry, location, website)
SELECT id, now(), now(), name, name_key, industry, location, ''
FROM json_to_recordset(%s) AS new (id uuid, name text, name_key text, industry text, location text)
ON CONFLICT (name_key) DO NOTHING
"""
_COMPANIES = """
SELECT name_key, id FROM contacts_company WHERE name_key IN (SELECT json_array_elements_text(%s))
"""
_ADD_CONTACTS = """
INSERT INTO contacts_contact (id, created_at, updated_at, name, email, phone, phone_key, company_id)
SELECT id, now(), now(), name, email, phone, phone_key, company_id
FROM json_to_recordset(%s)
    AS new (id uuid, name text, email text, phone text, phone_key text, company_id uuid)
ON CONFLICT (email) WHERE NOT email = '' DO NOTHING
"""
_BY_EMAIL = """
SELECT email, id FROM contacts_contact WHERE email IN (SELECT json_array_elements_text(%s))
"""
_BY_PHONE = """
SELECT company_id, phone_key, id FROM contacts_contact
WHERE (company_id, phone_key) IN (
    SELECT company_id, phone_key FROM json_to_recordset(%s) AS given (company_id uuid, phone_key text)
)
ORDER BY created_at DESC
"""


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
    company_id: UUID


@transaction.atomic
def resolve_companies(facts: Mapping[str, CompanyFacts]) -> dict[str, UUID]:
    """Key → id of every company in `facts`; missing ones are made, known ones are left as they are."""
    known = _companies(facts)
    missing = [(key, facts[key]) for key in sorted(facts.keys() - known.keys())]
    if missing:
        # Another transaction may have made one of them in between; then its row counts.
        _run(_ADD_COMPANIES, [{"id": str(uuid7()), "name_key": key, **asdict(new)} for key, new in missing])
        known |= _companies([key for key, _ in missing])
    return known


@transaction.atomic
def resolve_contacts(people: Sequence[PersonFacts]) -> list[UUID]:
    """The id of each person, in order: by e-mail, else by phone at the company, else of a new row."""
    emails = _by_email({person.email for person in people if person.email})
    phones = _by_phone([person for person in people if not person.email])
    missing: dict[tuple[str, str], dict[str, str]] = {}
    for person in people:
        if person.email not in emails and (person.company_id, person.phone_key) not in phones:
            identity = (person.email, "") if person.email else (str(person.company_id), person.phone_key)
            missing.setdefault(identity, _new_contact(person))
    if missing:
        _run(_ADD_CONTACTS, [row for _, row in sorted(missing.items())])
        emails |= _by_email({row["email"] for row in missing.values() if row["email"]})
        new = [row for row in missing.values() if not row["email"]]
        phones |= {(UUID(row["company_id"]), row["phone_key"]): UUID(row["id"]) for row in new}
    return [
        emails[person.email] if person.email else phones[person.company_id, person.phone_key]
        for person in people
    ]


def _new_contact(person: PersonFacts) -> dict[str, str]:
    return {
        "id": str(uuid7()),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "phone_key": person.phone_key,
        "company_id": str(person.company_id),
    }


def _companies(keys: Collection[str]) -> dict[str, UUID]:
    return {key: pk for key, pk in _read(_COMPANIES, list(keys))}  # noqa: C416 - typed


def _by_email(emails: Collection[str]) -> dict[str, UUID]:
    return {email: pk for email, pk in _read(_BY_EMAIL, list(emails))} if emails else {}  # noqa: C416


def _by_phone(people: Sequence[PersonFacts]) -> dict[tuple[UUID, str], UUID]:
    if not people:
        return {}
    rows = _read(
        _BY_PHONE,
        [{"company_id": str(person.company_id), "phone_key": person.phone_key} for person in people],
    )
    return {(company, phone): pk for company, phone, pk in rows}


def _run(statement: str, items: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(items)])


def _read(statement: str, items: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(items)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
