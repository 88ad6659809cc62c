"""Questions about tables, answered by computing."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Owns no tables: each question opens a database of its own in memory."""

    name = "apps.analysis"
    label = "analysis"
    verbose_name = "Analysis"
