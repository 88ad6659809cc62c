"""People of the house: users, departments, roles."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Syncs roles.yaml to Groups after every migrate; keeps the trail of log-ins."""

    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        from apps.accounts import trail  # noqa: F401

        # The signal comes once per app, in installation order; the last one has seen every permission.
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        post_migrate.connect(_sync, sender=last, dispatch_uid="accounts.sync_roles")


def _sync(**_: Any) -> None:
    from apps.accounts.roles import sync_roles

    sync_roles()
