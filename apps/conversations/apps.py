"""Every message of every channel."""

from __future__ import annotations

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Conversations, participants, messages, attachments."""

    name = "apps.conversations"
    label = "conversations"
