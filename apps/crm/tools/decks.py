"""Tools that make presentations for merchants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.contacts.normalisation import company_key
from apps.crm import selectors
from apps.crm.selectors import LeadRow
from apps.crm.services.links import attach_file
from apps.crm.tools.answers import lead_of
from apps.crm.wording import citation
from apps.knowledge import selectors as knowledge
from apps.knowledge.models import Document

if TYPE_CHECKING:
    from apps.documents.deck import Deck

_KNOWLEDGE_FILE = re.compile(r"knowledge/([\w./-]+\.\w+)")
_SAFE = re.compile(r"[^\w.-]+")


class PitchDeck(BaseModel):
    """A deck that was made. `lead` is the row its facts came from, None when we know nothing."""

    artifact_id: str
    file_name: str
    company: str
    slides: list[str]
    lead: Citation | None
    sources: list[Citation]


@tool(
    permission="crm.view_lead",
    heavy=True,
    timeout=120,
    summary="Building the pitch deck for {company} …",
)
def build_pitch_deck(ctx: ToolContext, *, company: str) -> PitchDeck:
    """Make a branded, editable PowerPoint pitch deck for a company: what we know of it from the CRM, fitting
    modules, an estimate of the return, prices, roll-out and next steps. The file is attached to the answer.
    """
    # Slow to import, and only the worker for heavy work gets here.
    from apps.documents.deck import render_deck

    ctx.progress("Collecting what we know …")
    row = _row_of(ctx.user, company, ctx.now)
    name = row.company if row else " ".join(company.split())
    deck = _compose(ctx, name, row)
    ctx.progress(f"Drawing {len(deck.slides)} slides …")
    file_name = f"{_SAFE.sub('-', name).strip('-')[:80] or 'company'}-pitch-deck.pptx"
    artifact = artifacts.store(owner=ctx.user, name=file_name, content=render_deck(deck))
    ctx.keep(artifact)
    if row:
        _file_under(ctx, row, artifact)
    return PitchDeck(
        artifact_id=str(artifact.pk),
        file_name=artifact.name,
        company=name,
        slides=[slide.title for slide in deck.slides],
        lead=citation(row) if row else None,
        sources=_sources(ctx.user, (source for slide in deck.slides for source in slide.sources)),
    )


def _file_under(ctx: ToolContext, row: LeadRow, artifact: Artifact) -> None:
    """The deck belongs to the lead it is about, for those who may put files to leads."""
    lead = lead_of(ctx, row.id)
    if ctx.user.has_perm("crm.add_leadfile"):
        attach_file(actor=ctx.user, lead=lead, artifact=artifact)


def _compose(ctx: ToolContext, name: str, row: LeadRow | None) -> Deck:
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
        sender=Sender(ctx.user.name, email=ctx.user.email),
        prepared_on=ctx.now.astimezone(ZoneInfo(ctx.user.timezone)).date(),
        products=knowledge.products(),
        pricing=knowledge.pricing(),
        features=knowledge.features(),
        profile=knowledge.company(),
        assumptions=knowledge.roi_assumptions(),
        playbooks=_playbooks(ctx.user),
    )


def _row_of(user: User, company: str, now: datetime) -> LeadRow | None:
    """The lead of that very company, or the only one that the words fit."""
    page = selectors.find_leads(user=user, now=now, query=company, limit=10)
    exact = [row for row in page.rows if company_key(row.company) == company_key(company)]
    if exact:
        return exact[0]
    return page.rows[0] if page.total == 1 else None


def _playbooks(user: User) -> list[str]:
    found = Document.objects.visible_to(user).filter(kind="playbook").order_by("path")
    return list(found.values_list("title", flat=True)[:10])


def _sources(user: User, names: Iterable[str]) -> list[Citation]:
    """The files of the knowledge base that the slides name, in the order of the slides."""
    paths = dict.fromkeys(path for name in names for path in _KNOWLEDGE_FILE.findall(name))
    known = {found.path: found for found in Document.objects.visible_to(user).filter(path__in=paths)}
    return [
        Citation(
            kind="knowledge.document",
            id=str(known[path].pk),
            label=known[path].title,
            url=f"/admin/knowledge/document/{known[path].pk}/change/",
        )
        for path in paths
        if path in known
    ]
