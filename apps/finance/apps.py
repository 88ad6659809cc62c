"""The ledger of revenue and expenses, and the statements made of it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class FinanceConfig(AppConfig):
    """The ledger. The usual categories are there after each migrate."""

    name = "apps.finance"
    label = "finance"
    verbose_name = "Finance"

    def ready(self) -> None:
        post_migrate.connect(_add_missing_categories, sender=self, dispatch_uid="finance.categories")


def _add_missing_categories(*, apps: Apps = apps, **_: Any) -> None:
    """`apps` is the schema as it is now: after migrating back, there may be no such table."""
    from apps.finance.chart import DEFAULTS

    try:
        category = apps.get_model("finance", "Category")
    except LookupError:
        return
    known = set(category.objects.values_list("code", flat=True))
    for place, account in enumerate(DEFAULTS, start=1):
        if account.code not in known:
            category.objects.create(**account._asdict(), order=place * 10)
