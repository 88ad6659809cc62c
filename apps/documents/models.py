"""Templates with their versions, and where made files came from."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.core.models import BaseModel
from apps.documents.choices import TEXT_KINDS, TemplateKind, VersionOrigin, VersionStatus
from apps.documents.querysets import LineageQuerySet, TemplateQuerySet, TemplateVersionQuerySet


class Template(BaseModel):
    """A template that people may edit. `path` is its place below `knowledge/templates`; rules lie beside it.

    `variables` is a list of {name, description, sample, required}: what a version may say in braces.
    """

    path = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=9, choices=TemplateKind)
    title = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    variables = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)

    objects: ClassVar[TemplateQuerySet] = TemplateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["kind", "title"]
        permissions = [("publish_template", "Can publish a version of a template")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_text(self) -> bool:
        """Whether it is edited in the browser."""
        return self.kind in TEXT_KINDS

    @property
    def file_name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class TemplateVersion(BaseModel):
    """One state of a template. Its bytes never change; a changed text is a new version.

    The bytes lie in the row, not in the storage of files: a version must be there exactly when its row is
    (the same transaction, the same backup), has no owner whose rights it could follow, and is small.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=9, choices=VersionStatus, default=VersionStatus.DRAFT)
    origin = models.CharField(max_length=6, choices=VersionOrigin, default=VersionOrigin.OFFICE)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects: ClassVar[TemplateVersionQuerySet] = TemplateVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_unique_number"),
            models.UniqueConstraint(
                fields=["template"],
                condition=models.Q(status="published"),
                name="template_version_one_published",
            ),
        ]

    def __str__(self) -> str:
        return _("version %(number)d") % {"number": self.number}


class Lineage(BaseModel):
    """How a file was made: by which recipe, of what, with which template, in which run, in place of which.

    `snapshot` is what the file says, as data (see `recipes.Made`), so that two files can be compared cell by
    cell. `template_version` is empty for files made without a template.
    """

    artifact = models.OneToOneField(Artifact, on_delete=models.CASCADE, related_name="lineage")
    recipe = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    template_version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, null=True, related_name="lineages"
    )
    snapshot = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    snapshot_sha256 = models.CharField(max_length=64)
    run_id = models.UUIDField(null=True, db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")

    objects: ClassVar[LineageQuerySet] = LineageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("file made from a recipe")
        verbose_name_plural = _("files made from recipes")

    def __str__(self) -> str:
        return self.artifact.name
