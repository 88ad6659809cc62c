"""Formats of exports, and where an export stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    """What a report can be saved as."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"
    PPTX = "pptx", "PowerPoint"


class ExportStatus(models.TextChoices):
    """Where an export stands."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


#: Exports that somebody still works on, or will.
UNFINISHED = (ExportStatus.QUEUED, ExportStatus.RUNNING)
