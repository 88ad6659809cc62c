"""The knowledge base in the back office."""

from __future__ import annotations

from apps.knowledge.admin.documents import DocumentAdmin
from apps.knowledge.admin.passages import PassageAdmin

__all__ = ["DocumentAdmin", "PassageAdmin"]
