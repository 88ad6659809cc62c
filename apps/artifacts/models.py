"""The row of a stored file."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.artifacts.choices import Kind, Origin, Status
from apps.artifacts.querysets import ArtifactQuerySet
from apps.core.models import BaseModel


class Artifact(BaseModel):
    """A file: who owns it, what it is, and where its bytes are.

    `department` is the owner's at the time of storing, so that a manager keeps seeing the files of people
    who moved on. `storage_key` is the name in the `artifacts` storage and never leaves the server.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="artifacts")
    department = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind)
    content_type = models.CharField(max_length=127)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=300, unique=True)
    origin = models.CharField(max_length=10, choices=Origin)
    status = models.CharField(max_length=10, choices=Status, default=Status.READY)
    metadata = models.JSONField(default=dict, blank=True)

    objects: ClassVar[ArtifactQuerySet] = ArtifactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-created_at"]
        permissions = [
            ("view_department_artifacts", "Can view the files of the own department"),
            ("view_all_artifacts", "Can view every file"),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="artifact_by_owner"),
            models.Index(fields=["department", "-created_at"], name="artifact_by_department"),
            models.Index(fields=["-created_at"], name="artifact_by_age"),
            models.Index(
                fields=["updated_at"], condition=models.Q(status="deleting"), name="artifact_deleting"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def download_url(self) -> str:
        """Path of the download; rights are checked there."""
        return reverse("file-download", args=[self.pk])

    @property
    def preview_url(self) -> str:
        """Path of the preview image."""
        return reverse("file-preview", args=[self.pk])
