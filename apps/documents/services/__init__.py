"""Writes: versions of templates, and files with their lineage."""

from apps.documents.services.making import keep, make, regenerate
from apps.documents.services.versions import (
    discard_draft,
    draft_version,
    publish,
    sync_templates,
)

__all__ = ["discard_draft", "draft_version", "keep", "make", "publish", "regenerate", "sync_templates"]
