"""Tools that make presentations for merchants."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import BaseModel

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.crm.recipes import FEWEST_SLIDES, SLIDES, SOURCES, row_of
from apps.crm.tools.answers import lead_of
from apps.crm.tools.filing import file_under, sources_named
from apps.crm.wording import citation
from apps.documents import services as documents
from apps.documents.models import Lineage
from apps.documents.recipes import Snapshot

_KNOWLEDGE_FILE = re.compile(r"knowledge/([\w./-]+\.\w+)")


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
    second_hand=True,
    summary="Building the pitch deck for {company} …",
)
def build_pitch_deck(ctx: ToolContext, *, company: str, slides: int = 0) -> PitchDeck:
    """Make a branded, editable PowerPoint pitch deck for a company: what we know of it from the CRM, fitting
    modules, an estimate of the return, prices, roll-out and next steps. The file is attached to the answer.
    It is in English and has twelve slides, or the `slides` (3 or more) that matter most.
    """
    ctx.progress("Collecting what we know …")
    row = row_of(ctx.user, company, ctx.now)
    arguments = {"company": company, **({"slides": max(slides, FEWEST_SLIDES)} if slides else {})}
    artifact = documents.make(
        user=ctx.user, recipe="pitch_deck", arguments=arguments, run_id=ctx.run_id, now=ctx.now
    )
    ctx.keep(artifact)
    if row:
        file_under(ctx, lead_of(ctx, row.id), artifact)
    shown = {table.title: table.rows for table in _snapshot_of(artifact).tables}
    return PitchDeck(
        artifact_id=str(artifact.pk),
        file_name=artifact.name,
        company=row.company if row else " ".join(company.split()),
        slides=[title for _number, title in shown[SLIDES]],
        lead=citation(row) if row else None,
        sources=_sources(ctx.user, (name for (name,) in shown[SOURCES])),
    )


def _snapshot_of(artifact: Artifact) -> Snapshot:
    return Snapshot.model_validate(Lineage.objects.get(artifact=artifact).snapshot)


def _sources(user: User, names: Iterable[str]) -> list[Citation]:
    """The files of the knowledge base that the slides name, in the order of the slides."""
    return sources_named(user, (path for name in names for path in _KNOWLEDGE_FILE.findall(name)))
