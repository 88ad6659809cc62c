"""The llm app: language models, what they cost, and sentence embeddings."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LlmConfig(AppConfig):
    """Providers, ModelRun, budgets, embeddings."""

    name = "apps.llm"
    verbose_name = _("Language models")
