"""Leads and their lifecycle."""

from __future__ import annotations

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """The sales pipeline."""

    name = "apps.crm"
    label = "crm"
    verbose_name = "CRM"
