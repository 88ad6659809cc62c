"""Reading files."""

from __future__ import annotations

from apps.assistant.toolkit import ToolContext, tool
from apps.perception.text import extract_text


@tool(
    permission="artifacts.view_artifact",
    read_only=True,
    summary="Reading {file_name} …",
    timeout=60,
    untrusted=True,
)
def read_attachment(ctx: ToolContext, *, artifact_id: str, max_characters: int = 20_000) -> str:
    """The text of a file that the user attached or may see, by its id, cut at `max_characters`."""
    return extract_text(ctx.attachment(artifact_id), limit_chars=max(100, min(max_characters, 100_000)))
