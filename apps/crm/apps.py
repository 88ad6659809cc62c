"""Leads and their lifecycle."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class CrmConfig(AppConfig):
    """The sales pipeline. Every stage has its row of settings after each migrate."""

    name = "apps.crm"
    label = "crm"
    verbose_name = "CRM"

    def ready(self) -> None:
        from apps.crm import outbox

        outbox.declare()
        post_migrate.connect(_add_missing_stages, sender=self, dispatch_uid="crm.stages")


def _add_missing_stages(*, apps: Apps = apps, **_: Any) -> None:
    """`apps` is the schema as it is now: after migrating back, there may be no such table."""
    from apps.crm.lifecycle import DEFAULTS

    try:
        stage = apps.get_model("crm", "Stage")
    except LookupError:
        return
    for order, (status, (probability, ages_after)) in enumerate(DEFAULTS.items(), start=1):
        given = {"order": order, "probability": probability, "ages_after": ages_after}
        stage.objects.get_or_create(status=status, defaults=given)
