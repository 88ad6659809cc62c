"""Data in, branded file out: templates, recipes, PDF, PPTX, DOCX, CSV, XLSX, charts and previews."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class DocumentsConfig(AppConfig):
    """Finds the recipes of all apps, draws previews, and syncs templates from the knowledge folder."""

    name = "apps.documents"
    label = "documents"

    def ready(self) -> None:
        from apps.artifacts.previews import renderer
        from apps.artifacts.tabular import reader
        from apps.core.discovery import autodiscover

        renderer(_drawn)
        reader(_rows)
        autodiscover("recipes")
        post_migrate.connect(_sync, sender=self, dispatch_uid="documents.sync_templates")


def _drawn(content: bytes, content_type: str) -> Any:
    # Slow to import, and most processes never draw.
    from apps.documents.preview import drawn

    return drawn(content, content_type)


def _rows(content: bytes, content_type: str) -> Any:
    from apps.documents.rows import first_rows

    return first_rows(content, content_type)


def _sync(*, apps: Apps = apps, **_: Any) -> None:
    """`apps` is the schema as it is now: after migrating back, there may be no such tables."""
    try:
        apps.get_model("documents", "Lineage")
    except LookupError:
        return
    from apps.documents.services import sync_templates

    sync_templates()
