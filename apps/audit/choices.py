"""Choices of the audit trail."""

from __future__ import annotations

from django.db import models


class Source(models.TextChoices):
    """The door by which a change came in."""

    MOBILE = "mobile", "Mobile app"
    WEB = "web", "Web"
    ADMIN = "admin", "Back office"
    WEBHOOK = "webhook", "Webhook"
    SCHEDULER = "scheduler", "Scheduler"
    TEAMS = "teams", "Teams"
    SYSTEM = "system", "System"


class EmailStatus(models.TextChoices):
    """How far a mail has come."""

    DRAFT = "draft", "Kept as a draft"
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    BOUNCED = "bounced", "Bounced"


class RowOperation(models.TextChoices):
    """What happened to a row."""

    INSERT = "INSERT", "Added"
    UPDATE = "UPDATE", "Changed"
    DELETE = "DELETE", "Deleted"
