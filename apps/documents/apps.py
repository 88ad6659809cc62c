"""Data in, branded file out: PDF, PPTX, CSV, XLSX, charts and previews. The mirror of perception."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Pure rendering; owns no tables."""

    name = "apps.documents"
    label = "documents"
