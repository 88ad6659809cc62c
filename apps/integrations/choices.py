"""Choices of connections and the outbox."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.TextChoices):
    """Whose service it is."""

    MICROSOFT = "microsoft", _("Microsoft 365")
    FCM = "fcm", _("Firebase Cloud Messaging")


class DispatchKind(models.TextChoices):
    """What leaves the house."""

    MAIL = "mail", _("E-mail")
    EVENT = "event", _("Calendar event")
    TEAMS = "teams", _("Teams message")
    PUSH = "push", _("Push message")


class DispatchStatus(models.TextChoices):
    """How far it has come. KEPT: nothing to send it with, so it waits as a file or a notice in the house."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    KEPT = "kept", _("Kept in the house")
    CANCELLED = "cancelled", _("Cancelled")


#: Nothing more happens to these by itself.
ENDED = (DispatchStatus.SENT, DispatchStatus.FAILED, DispatchStatus.KEPT, DispatchStatus.CANCELLED)


class Platform(models.TextChoices):
    """The system of a phone."""

    ANDROID = "android", "Android"
    IOS = "ios", "iOS"
    WEB = "web", "Web"
