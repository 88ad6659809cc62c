"""Who did what, when, on whose behalf."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only audit trail and the ambient actor."""

    name = "apps.audit"
    label = "audit"
