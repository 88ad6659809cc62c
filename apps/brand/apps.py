"""The rules for what leaves the house, and the linter that holds text and files against them."""

from __future__ import annotations

from django.apps import AppConfig


class BrandConfig(AppConfig):
    """Owns no tables: the rules are files of the knowledge base."""

    name = "apps.brand"
    label = "brand"
    verbose_name = "Brand"
