"""What a member of staff should know about."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices to people, read or unread."""

    name = "apps.notifications"
    label = "notifications"
