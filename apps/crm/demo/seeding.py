"""Two years of demo data in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.audit import services as audit
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, phone_key
from apps.core.db import batched
from apps.core.errors import Conflict
from apps.crm.choices import ActivityKind, LeadSource, LeadStatus
from apps.crm.demo.merchants import ABC, Merchant, merchants, weighted, words
from apps.crm.demo.people import ensure_people
from apps.crm.demo.stories import Event, Story, follow_up, office_hours, tell, worth
from apps.crm.importing.writing import ACTIVITY_COLUMNS, LEAD_COLUMNS, copy_rows
from apps.crm.models import HOUSE_CURRENCY, Lead, LeadActivity

BATCH = 5_000
COMPANY_COLUMNS = ("id", "created_at", "updated_at", "name", "name_key", "industry", "location", "website")
CONTACT_COLUMNS = ("id", "created_at", "updated_at", "name", "email", "phone", "phone_key", "company_id")
#: Who works on leads, and how often. Some that nobody has spoken to yet still wait for somebody.
OWNERS = {"sales.rep": 46, "sales.rep2": 42, "sales.manager": 9}
WAITING = 24


@dataclass(frozen=True)
class DemoLead:
    """A merchant, its life, and who looks after it (a login, "" for nobody)."""

    id: UUID
    merchant: Merchant
    story: Story
    owner: str
    rng: Random


@transaction.atomic
def seed_demo(*, seed: int, leads: int, now: datetime) -> dict[str, int]:
    """Demo people, and `leads` leads with their history up to `now`; the same input gives the same rows.

    Raises `Conflict` when there are leads already: they would not be coherent with these.
    """
    people = ensure_people()
    if Lead.objects.exists() or Company.objects.exists():
        raise Conflict(
            "There are leads or companies already; demo data needs an empty pipeline.", code="not_empty"
        )
    for batch in batched(islice(_all(Random(seed), now), leads), BATCH):  # noqa: S311 - not for secrets
        _write(batch, people, now)
    audit.record(action="crm.demo.seeded", details={"seed": seed, "leads": leads})
    return {"users": len(people), "leads": leads}


def _all(rng: Random, now: datetime) -> Iterator[DemoLead]:
    yield _abc(now)
    for merchant in merchants(rng):
        own = Random(rng.getrandbits(64))  # noqa: S311
        story = tell(own, now)
        owner = weighted(own, OWNERS if story.events else {**OWNERS, "": WAITING})
        yield DemoLead(_uuid(own, story.created_at), merchant, story, owner, own)


def _abc(now: datetime) -> DemoLead:
    """The company of the guided tour."""
    rng = Random(ABC.company)  # noqa: S311
    created = office_hours(rng, now - timedelta(days=11))
    called = office_hours(rng, created + timedelta(days=2))
    story = Story(
        created,
        [Event(called, note="Called; interested in loyalty."), Event(called, LeadStatus.CONTACTED)],
    )
    return DemoLead(_uuid(rng, created), ABC, story, "sales.rep", rng)


def _write(batch: list[DemoLead], people: Mapping[str, User], now: datetime) -> None:
    companies = {lead.id: _uuid(lead.rng, lead.story.created_at) for lead in batch}
    contacts = {lead.id: _uuid(lead.rng, lead.story.created_at) for lead in batch}
    copy_rows(Company, COMPANY_COLUMNS, (_company(lead, companies[lead.id]) for lead in batch))
    copy_rows(
        Contact, CONTACT_COLUMNS, (_contact(lead, contacts[lead.id], companies[lead.id]) for lead in batch)
    )
    rows = (_lead(lead, companies[lead.id], contacts[lead.id], people, now) for lead in batch)
    copy_rows(Lead, LEAD_COLUMNS, ([row[name] for name in LEAD_COLUMNS] for row in rows))
    activities = (row for lead in batch for row in _activities(lead, people))
    copy_rows(LeadActivity, ACTIVITY_COLUMNS, activities)


def _company(lead: DemoLead, pk: UUID) -> tuple[Any, ...]:
    who, at = lead.merchant, lead.story.created_at
    return pk, at, at, who.company, company_key(who.company), who.industry, who.location, ""


def _contact(lead: DemoLead, pk: UUID, company: UUID) -> tuple[Any, ...]:
    who, at = lead.merchant, lead.story.created_at
    return pk, at, at, who.contact, who.email, who.phone, phone_key(who.phone), company


def _lead(
    lead: DemoLead, company: UUID, contact: UUID, people: Mapping[str, User], now: datetime
) -> dict[str, Any]:
    who, story, rng = lead.merchant, lead.story, lead.rng
    latest = max((event.at for event in story.events), default=story.created_at)
    is_abc = who is ABC
    return {
        "id": lead.id,
        "created_at": story.created_at,
        "updated_at": latest,
        "company_name": who.company,
        "company_key": company_key(who.company),
        "contact_name": who.contact,
        "contact_email": who.email,
        "contact_phone": who.phone,
        "phone_key": phone_key(who.phone),
        "industry": who.industry,
        "location": who.location,
        "source": LeadSource.LINKEDIN.value if is_abc else weighted(rng, words()["sources"]),
        "status": story.status.value,
        "assigned_to_id": people[lead.owner].pk if lead.owner else None,
        "notes": "Interested in loyalty program" if is_abc else rng.choice(words()["notes"]),
        "last_contacted": story.last_contacted,
        "follow_up_date": (now + timedelta(days=3)).date() if is_abc else follow_up(rng, story, now),
        "value": 18_000 if is_abc else worth(rng),
        "currency": HOUSE_CURRENCY,
        "closed_at": story.closed_at,
        "company_id": company,
        "contact_id": contact,
        "imported_by_id": None,
        "import_row": None,
        "extra": json.dumps({}),
    }


def _activities(lead: DemoLead, people: Mapping[str, User]) -> Iterator[tuple[Any, ...]]:
    by = people[lead.owner].pk if lead.owner else None
    before = LeadStatus.NEW
    for event in lead.story.events:
        kind = ActivityKind.STATUS if event.to else ActivityKind.CONTACT
        moved = (before.value, event.to.value) if event.to else ("", "")
        pk = _uuid(lead.rng, event.at)
        yield pk, event.at, event.at, lead.id, kind.value, event.at, by, *moved, event.note
        before = event.to or before


def _uuid(rng: Random, moment: datetime) -> UUID:
    """A version 7 UUID of that moment, its random part from the generator."""
    bits = int(moment.timestamp() * 1000) << 80 | rng.getrandbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    return UUID(int=bits & ~(0x3 << 62) | 0x2 << 62)
