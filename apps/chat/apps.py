"""The staff chat: REST, WebSocket, web app."""

from __future__ import annotations

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """The face."""

    name = "apps.chat"
    label = "chat"
