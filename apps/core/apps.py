"""The ground: what every other app stands on."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Base model, errors, registry, pagination, key figures, sections of the home page."""

    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core.admin import headings
        from apps.core.discovery import autodiscover

        headings.install()
        autodiscover("home")
