"""The ledger of revenue and expenses, and the statements made of it."""

from __future__ import annotations

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """The ledger."""

    name = "apps.finance"
    label = "finance"
    verbose_name = "Finance"
