"""Files and runs that belong to a lead."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.core.models import BaseModel
from apps.crm.models.leads import Lead
from apps.crm.querysets.leads import LeadFileQuerySet, LeadRunQuerySet


class LeadFile(BaseModel):
    """A file that was put to a lead by a person or made for it by the assistant."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="files", db_index=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.CASCADE, related_name="lead_files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[LeadFileQuerySet] = LeadFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["lead", "artifact"], name="lead_file_once")]
        indexes = [models.Index(fields=["lead", "-created_at"], name="lead_file_by_lead")]

    def __str__(self) -> str:
        return str(self.artifact)


class LeadRun(BaseModel):
    """A run of the assistant that was asked about a lead or changed it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="runs", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lead_runs")

    objects: ClassVar[LeadRunQuerySet] = LeadRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["lead", "run"], name="lead_run_once")]
        indexes = [models.Index(fields=["lead", "-created_at"], name="lead_run_by_lead")]

    def __str__(self) -> str:
        return str(self.run)
