"""The engine: agents, skills, tools, router, the run loop."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AssistantConfig(AppConfig):
    """Fills the registries once all apps are loaded; brings the agents' files in after every migrate."""

    name = "apps.assistant"
    label = "assistant"

    def ready(self) -> None:
        from apps.assistant.discovery import discover

        discover()
        # The signal comes once per app, in installation order: after the last one every table is there.
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(_sync_agents, sender=last, dispatch_uid="assistant.sync_agents")


def _sync_agents(**_: Any) -> None:
    from apps.assistant.versions.delivering import sync_agents

    sync_agents()
