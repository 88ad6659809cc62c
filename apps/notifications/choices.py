"""Kinds of notices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """Why somebody is told."""

    REMINDER = "reminder", _("Reminder")
    ASSIGNED = "assigned", _("Given to you")
    REPORT = "report", _("Report ready")
    RUN = "run", _("Job ended")
    OTHER = "other", _("Notice")
