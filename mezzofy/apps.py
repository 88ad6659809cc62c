"""The project as a Django app: system checks and the admin site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class MezzofyConfig(AppConfig):
    """Registers the start-up checks."""

    name = "mezzofy"

    def ready(self) -> None:
        from mezzofy import checks  # noqa: F401


class MezzofyAdminConfig(AdminConfig):
    """Makes our site the one that `admin.site` and `@admin.register` mean."""

    default_site = "mezzofy.admin.MezzofyAdminSite"
