"""Tools that belong to no department."""

from __future__ import annotations

from apps.assistant.tools.attachments import read_attachment
from apps.assistant.tools.knowledge import Quote, search_knowledge

__all__ = ["Quote", "read_attachment", "search_knowledge"]
