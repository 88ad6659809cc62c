"""Every stored byte."""

from __future__ import annotations

from django.apps import AppConfig


class ArtifactsConfig(AppConfig):
    """Files that people uploaded and agents made. Other apps say who sees them beside their owners."""

    name = "apps.artifacts"
    label = "artifacts"

    def ready(self) -> None:
        from apps.core.discovery import autodiscover

        autodiscover("artifact_access")
