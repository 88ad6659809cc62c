"""Files about leads that can be made again from what the CRM knows today."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from apps.accounts.models import User
from apps.contacts.normalisation import company_key
from apps.crm import selectors
from apps.crm.selectors import LeadRow
from apps.documents import templates
from apps.documents.recipes import Made, Snapshot, SnapshotTable, recipe, table_of
from apps.knowledge import selectors as knowledge
from apps.knowledge.models import Document

if TYPE_CHECKING:
    from apps.documents.deck import Deck

#: A deck of fewer slides pitches nothing: cover, what we propose, what happens next.
FEWEST_SLIDES = 3
#: The places of the slides of a whole deck, the ones that a short deck needs most in front. The estimate of
#: the return comes after the assumptions that it rests on.
_BY_WEIGHT = (0, 3, 11, 7, 1, 6, 5, 2, 9, 4, 8, 10)
SLIDES, SOURCES = "Slides", "Sources"
_SAFE = re.compile(r"[^\w.-]+")


class PitchDeckArguments(BaseModel):
    """The company to pitch to, by its name, and how many slides; without a number, all of them."""

    model_config = ConfigDict(extra="forbid")
    company: str = Field(min_length=1, max_length=200)
    slides: int | None = Field(default=None, ge=FEWEST_SLIDES)


@recipe("pitch_deck", arguments=PitchDeckArguments, permission="crm.view_lead", title=_("Pitch deck"))
def pitch_deck(user: User, now: datetime, arguments: PitchDeckArguments) -> Made:
    """The pitch to one company, from what the user may see of it, on the sales master in force."""
    # Slow to import, and only the worker for heavy work gets here.
    from apps.documents.deck import render_deck

    row = row_of(user, arguments.company, now)
    name = row.company if row else " ".join(arguments.company.split())
    deck = _shortened(_compose(user, now, name, row), arguments.slides)
    master = templates.in_force("pptx/sales_deck.pptx")
    return Made(
        name=f"{_SAFE.sub('-', name).strip('-')[:80] or 'company'}-pitch-deck.pptx",
        content=render_deck(deck, master=master.content),
        snapshot=_snapshot(deck, row),
        template_version=master.version,
        text="\n".join(slide.title for slide in deck.slides),
    )


def _shortened(deck: Deck, count: int | None) -> Deck:
    """The slides that matter most, in their order."""
    if count is None or count >= len(deck.slides):
        return deck
    ranked = [place for place in _BY_WEIGHT if place < len(deck.slides)]
    return replace(deck, slides=tuple(deck.slides[place] for place in sorted(ranked[:count])))


def row_of(user: User, company: str, now: datetime) -> LeadRow | None:
    """The lead of that very company, or the only one that the words fit."""
    page = selectors.find_leads(user=user, now=now, query=company, limit=10)
    exact = [row for row in page.rows if company_key(row.company) == company_key(company)]
    if exact:
        return exact[0]
    return page.rows[0] if page.total == 1 else None


def _compose(user: User, now: datetime, name: str, row: LeadRow | None) -> Deck:
    from apps.documents.compose.pitch_deck import CompanyFacts, Sender
    from apps.documents.compose.pitch_deck import build_pitch_deck as compose

    facts = CompanyFacts(name)
    if row:
        facts = CompanyFacts(
            name=name,
            industry=row.industry,
            location=row.location,
            contact_name=row.contact,
            notes=row.notes,
            source=row.source,
        )
    return compose(
        company=facts,
        sender=Sender(user.name, email=user.email),
        prepared_on=now.astimezone(ZoneInfo(user.timezone)).date(),
        products=knowledge.products(),
        pricing=knowledge.pricing(),
        features=knowledge.features(),
        profile=knowledge.company(),
        assumptions=knowledge.roi_assumptions(),
        playbooks=_playbooks(user),
    )


def _playbooks(user: User) -> list[str]:
    found = Document.objects.visible_to(user).filter(kind="playbook").order_by("path")
    return list(found.values_list("title", flat=True)[:10])


def _snapshot(deck: Deck, row: LeadRow | None) -> dict[str, object]:
    from apps.documents.deck import TableSlide

    titles = [[str(number), slide.title] for number, slide in enumerate(deck.slides, start=1)]
    named = dict.fromkeys(source for slide in deck.slides for source in slide.sources)
    tables = [SnapshotTable(title=SLIDES, columns=["Slide", "Says"], rows=titles)]
    tables += [
        table_of(slide.table, title=slide.title) for slide in deck.slides if isinstance(slide, TableSlide)
    ]
    tables.append(SnapshotTable(title=SOURCES, columns=["Source"], rows=[[name] for name in named]))
    facts = {"Title": deck.title, "Prepared on": deck.prepared_on.isoformat()}
    if row:
        facts |= {"Industry": row.industry, "Location": row.location, "Contact": row.contact}
    return Snapshot(facts=facts, tables=tables).model_dump()
