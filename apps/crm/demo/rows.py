"""Demo leads as rows of the tables, ready for COPY."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from apps.contacts.normalisation import company_key
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.demo.merchants import ABC, Merchant, bag, words
from apps.crm.demo.stories import Event, Story, expected_close, follow_up, worth
from apps.crm.models import HOUSE_CURRENCY

Row = tuple[Any, ...]

COMPANY_COLUMNS = ("id", "created_at", "updated_at", "name", "name_key", "industry", "location", "website")
CONTACT_COLUMNS = ("id", "created_at", "updated_at", "name", "email", "phone", "phone_key", "company_id")
#: One lost lead in so many has a sentence beside the reason; the reason `other` always has one.
LOST_NOTE_EVERY = 3
#: A constant of the table, not of a lead.
_NO_EXTRA = json.dumps({})
#: The places of version and variant in a UUID, and what a version 7 has there.
_FREE_BITS = ~(0xF << 76 | 0x3 << 62)
_VERSION_7 = 0x7 << 76 | 0x2 << 62
_NOT_DIALLED = re.compile(r"[^+\d]")


@dataclass(slots=True)
class DemoLead:
    """A merchant, its life, who looks after it (None: nobody), and the keys of its rows.

    `owner`, `value`, `born` (when it came in) and the ids are texts as COPY takes them: they go into several
    rows each, and turning them into text is most of the work of writing a row.
    """

    merchant: Merchant
    story: Story
    owner: str | None
    rng: Random
    value: str
    born: str
    company_key: str
    phone_key: str
    id: str
    company_id: str
    contact_id: str


def lead_of(merchant: Merchant, story: Story, owner: UUID | None, rng: Random) -> DemoLead:
    """A lead with its value and the keys of its rows."""
    ids = [uuid_at(rng, story.created_at) for _ in range(3)]
    value = "18000" if merchant is ABC else str(worth(rng))
    born = story.created_at.isoformat()
    # Of the numbers made here, what `normalisation.phone_key` gives at a tenth of its cost.
    keys = company_key(merchant.company), _NOT_DIALLED.sub("", merchant.phone)
    return DemoLead(merchant, story, owner.hex if owner else None, rng, value, born, *keys, *ids)


def uuid_at(rng: Random, moment: datetime) -> str:
    """A version 7 UUID of that moment as PostgreSQL reads it, its random part from the generator."""
    bits = int(moment.timestamp() * 1000) << 80 | rng.getrandbits(80)
    bits = bits & _FREE_BITS | _VERSION_7
    return f"{bits:032x}"


def company_row(lead: DemoLead) -> Row:
    """In the order of `COMPANY_COLUMNS`."""
    who, at = lead.merchant, lead.born
    return lead.company_id, at, at, who.company, lead.company_key, who.industry, who.location, ""


def contact_row(lead: DemoLead) -> Row:
    """In the order of `CONTACT_COLUMNS`."""
    who, at = lead.merchant, lead.born
    return lead.contact_id, at, at, who.contact, who.email, who.phone, lead.phone_key, lead.company_id


def lead_row(lead: DemoLead, now: datetime) -> Row:
    """In the order of `importing.writing.LEAD_COLUMNS`."""
    who, story, rng = lead.merchant, lead.story, lead.rng
    is_abc = who is ABC
    since = story.stage_since
    return (
        lead.id,
        lead.born,
        story.events[-1].at if story.events else lead.born,
        who.company,
        lead.company_key,
        who.contact,
        who.email,
        who.phone,
        lead.phone_key,
        who.industry,
        who.location,
        LeadSource.LINKEDIN.value if is_abc else rng.choice(bag("sources")),
        story.status.value,
        lead.owner,
        "Interested in loyalty program" if is_abc else rng.choice(words()["notes"]),
        story.last_contacted,
        (now + timedelta(days=3)).date() if is_abc else follow_up(rng, story, now),
        lead.value,
        HOUSE_CURRENCY,
        expected_close(rng, story, now),
        since,
        # As if it was dropped on top of its column then, and no two at the same place.
        int(since.timestamp()) + Decimal(rng.randrange(1_000_000)).scaleb(-6),
        story.reason,
        _lost_note(rng, story.reason),
        story.closed_at,
        lead.company_id,
        lead.contact_id,
        None,
        None,
        _NO_EXTRA,
    )


def activity_rows(lead: DemoLead) -> Iterator[Row]:
    """What was done, in the order of `importing.writing.ACTIVITY_COLUMNS`."""
    for event in lead.story.events:
        if event.kind is None:
            continue
        pk, at = uuid_at(lead.rng, event.at), event.at.isoformat()
        subject = f"Re: {filled(event.subject, lead)}" if event.subject else ""
        yield pk, at, at, lead.id, event.kind.value, at, lead.owner, subject, event.text


def stage_rows(lead: DemoLead) -> Iterator[Row]:
    """That it came in, and each move, in the order of `importing.writing.STAGE_COLUMNS`."""
    came_in = Event(lead.story.created_at, to=LeadStatus.NEW)
    before, since = "", came_in.at
    for event in (came_in, *lead.story.events):
        if event.to is None:
            continue
        pk, at = uuid_at(lead.rng, event.at), event.at.isoformat()
        seconds = int((event.at - since).total_seconds()) if before else None
        facts = (seconds, lead.value, HOUSE_CURRENCY, event.reason)
        yield pk, at, at, lead.id, before, event.to.value, at, lead.owner, *facts
        before, since = event.to.value, event.at


def filled(text: str, lead: DemoLead) -> str:
    """A phrase of the vocabulary with the names of this lead."""
    return text.format(company=lead.merchant.company, contact=lead.merchant.contact)


def _lost_note(rng: Random, reason: str) -> str:
    is_told = reason == "other" or (reason and rng.randrange(LOST_NOTE_EVERY) == 0)
    text: str = rng.choice(words()["lost_notes"][reason]) if is_told else ""
    return text
