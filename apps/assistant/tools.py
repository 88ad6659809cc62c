"""What every agent may do: look things up, read attached files."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.knowledge import services as knowledge
from apps.perception.text import extract_text


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


@tool(permission="artifacts.view_artifact", read_only=True, summary="Reading {file_name} …", timeout=60)
def read_attachment(ctx: ToolContext, *, artifact_id: str, max_characters: int = 20_000) -> str:
    """The text of a file that the user attached or may see, by its id, cut at `max_characters`."""
    return extract_text(ctx.attachment(artifact_id), limit_chars=max(100, min(max_characters, 100_000)))
