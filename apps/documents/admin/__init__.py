"""Templates, and where made files came from, in the back office."""

from __future__ import annotations

from apps.documents.admin import lineage, templates

__all__ = ["lineage", "templates"]
