"""Thin clients of other companies' services, their credentials, and what is to be sent through them."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Connections and the outbox."""

    name = "apps.integrations"
    label = "integrations"
    verbose_name = "Integrations"
