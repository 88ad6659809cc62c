"""What Mezzofy knows about itself."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """The index of the `knowledge/` folder, and search in it with citations."""

    name = "apps.knowledge"
    label = "knowledge"
    verbose_name = _("Knowledge")
