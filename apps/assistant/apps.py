"""The engine: agents, skills, tools, router, the run loop."""

from __future__ import annotations

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """Fills the registries once all apps are loaded."""

    name = "apps.assistant"
    label = "assistant"

    def ready(self) -> None:
        from apps.assistant.discovery import discover

        discover()
