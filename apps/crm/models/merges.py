"""What was merged into what, so that it can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.core.models import BaseModel
from apps.crm.querysets.merges import MergeQuerySet


class Merge(BaseModel):
    """Two rows of one model became one: `kept_id` lives on, `merged_id` is gone until the merge is undone.

    `model` is the label ("crm.lead"). `before` and `merged` are the two rows as they were, field by field;
    `after` the kept row's fields that the merge changed. `moved` holds under "steps", in order, what was done
    to the rows that pointed at the merged one (see `crm.services.merging.moving`).
    """

    model = models.CharField(max_length=60)
    kept_id = models.UUIDField()
    merged_id = models.UUIDField()
    kept_label = models.CharField(max_length=250)
    merged_label = models.CharField(max_length=250)
    choices = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    merged = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    moved = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects: ClassVar[MergeQuerySet] = MergeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["model", "kept_id"], name="merge_by_kept"),
            models.Index(fields=["model", "merged_id"], name="merge_by_merged"),
            models.Index(fields=["-created_at", "-id"], name="merge_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_label} → {self.kept_label}"
