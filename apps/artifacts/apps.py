"""Every stored byte."""

from __future__ import annotations

from django.apps import AppConfig


class ArtifactsConfig(AppConfig):
    """Files that people uploaded and agents made."""

    name = "apps.artifacts"
    label = "artifacts"
