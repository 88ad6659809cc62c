"""Choices of conversations."""

from __future__ import annotations

from django.db import models


class Channel(models.TextChoices):
    """Where a conversation takes place."""

    CHAT = "chat", "Staff chat"
    TERMINAL = "terminal", "Terminal"
    EMAIL = "email", "E-mail"
    TEAMS = "teams", "Teams"
    WEB = "web", "Website"
    PHONE = "phone", "Phone"


class ConversationStatus(models.TextChoices):
    """OPEN takes messages; CLOSED is done; DELETED is hidden from its owner."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    DELETED = "deleted", "Deleted"


class Direction(models.TextChoices):
    """Seen from the house."""

    INBOUND = "inbound", "Inbound"
    OUTBOUND = "outbound", "Outbound"


class Role(models.TextChoices):
    """Who speaks, in the terms of a model's conversation."""

    USER = "user", "User"
    ASSISTANT = "assistant", "Assistant"
    SYSTEM = "system", "System"
