"""Finding or making the rows of many companies and people at once, in a handful of statements.

Lists go to PostgreSQL as one JSON parameter each: much cheaper to write and to read than long SQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.contacts.identity import Identity, identity_of
from apps.core.ids import uuid7

_ADD_COMPANIES = """
INSERT INTO contacts_company (id, created_at, updated_at, name, name_key, industry, location, website)
SELECT id, now(), now(), name, name_key, industry, location, ''
FROM json_to_recordset(%s) AS new (id uuid, name text, name_key text, industry text, location text)
ON CONFLICT (name_key) DO NOTHING
RETURNING name_key, id
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
RETURNING id, email, company_id, phone_key
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
    new = [{"id": str(uuid7()), "name_key": key, **asdict(facts[key])} for key in sorted(facts)]
    found = {key: pk for key, pk in _run(_ADD_COMPANIES, new)}  # noqa: C416 - typed
    # Companies that were there already, or that another transaction made this moment, come back empty-handed.
    known = _run(_COMPANIES, [key for key in facts if key not in found])
    return found | {key: pk for key, pk in known}  # noqa: C416


@transaction.atomic
def resolve_contacts(people: Sequence[PersonFacts]) -> list[UUID]:
    """The id of each person, in order: of the one with that `identity_of`, else of a new row."""
    who = [_identity(person) for person in people]
    found = _by_phone([one for one in who if not one.email])
    missing: dict[Identity, dict[str, str]] = {}
    for one, person in zip(who, people, strict=True):
        if one not in found:
            missing.setdefault(one, _new_contact(person))
    for pk, email, company, phone in _run(_ADD_CONTACTS, [row for _, row in sorted(missing.items())]):
        found[Identity(email) if email else Identity("", company, phone)] = pk
    known = _run(_BY_EMAIL, [one.email for one in who if one not in found])
    found |= {Identity(email): pk for email, pk in known}
    return [found[one] for one in who]


def _identity(person: PersonFacts) -> Identity:
    who = identity_of(email=person.email, phone_key=person.phone_key, company_id=person.company_id)
    if who is None:
        raise ValueError("A person without address and number cannot be recognised again.")
    return who


def _new_contact(person: PersonFacts) -> dict[str, str]:
    return {
        "id": str(uuid7()),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "phone_key": person.phone_key,
        "company_id": str(person.company_id),
    }


def _by_phone(wanted: Sequence[Identity]) -> dict[Identity, UUID]:
    given = [{"company_id": str(one.company_id), "phone_key": one.phone_key} for one in wanted]
    return {Identity("", company, phone): pk for company, phone, pk in _run(_BY_PHONE, given)}


def _run(statement: str, items: Sequence[Any]) -> list[tuple[Any, ...]]:
    if not items:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(items)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
