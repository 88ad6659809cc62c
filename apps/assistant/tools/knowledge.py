"""Looking things up in the knowledge base."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.knowledge import services as knowledge


class Quote(BaseModel):
    """A sentence of the knowledge base, word for word, and where it stands."""

    text: str
    heading: str
    citation: Citation


@tool(permission="knowledge.view_passage", read_only=True, summary="Searching the knowledge base …")
def search_knowledge(ctx: ToolContext, *, query: str, limit: int = 4) -> list[Quote]:  # noqa: ARG001
    """Search Mezzofy's knowledge base (products, pricing, features, playbooks, brand) for passages that
    answer the query. Returns exact quotes with citations, best first; an empty list when nothing fits.
    """
    return [
        Quote(text=found.text, heading=found.heading, citation=Citation.model_validate(found.citation))
        for found in knowledge.answer_quotes(query[:1000], limit=min(limit, 10))
    ]
