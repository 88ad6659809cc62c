"""The right to read key figures, and the files that reports were saved as."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.artifacts.models import Artifact
from apps.core.models import BaseModel
from apps.reports.choices import UNFINISHED, ExportStatus, Format
from apps.reports.querysets import ReportExportQuerySet


class KeyFigures(models.Model):
    """Carries the permission only: figures are computed from the rows of other apps."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_kpis", "Can read the key figures of the house")]

    def __str__(self) -> str:
        return "key figures"


class ReportExport(BaseModel):
    """A report that somebody wants as a file: what was asked, where it stands, the file.

    `attempts` counts the workers that took it and is the fence: what a worker writes counts only while the
    number is still its own. `filters` are those of the report's filter model, as JSON; `dataset` is the only
    one wanted, for formats that hold one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    filters = models.JSONField(default=dict, blank=True)
    format = models.CharField(max_length=4, choices=Format)
    dataset = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=7, choices=ExportStatus, default=ExportStatus.QUEUED)
    progress = models.CharField(max_length=200, blank=True)
    artifact = models.ForeignKey(
        Artifact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    error = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ReportExportQuerySet] = ReportExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        permissions = [("view_all_exports", "Can view the report files of everybody")]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="export_by_user"),
            models.Index(fields=["-created_at", "-id"], name="export_by_age"),
            models.Index(fields=["updated_at"], condition=Q(status__in=UNFINISHED), name="export_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_format_display()})"
