"""Runs that were played through without effect."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.assistant.choices import RehearsalKind, RehearsalStatus
from apps.assistant.models.agents import AgentVersion
from apps.assistant.models.runs import Run
from apps.assistant.querysets import RehearsalQuerySet
from apps.core.models import BaseModel


class Rehearsal(BaseModel):
    """A run in a transaction that was rolled back: what it would have said and changed.

    `run` is the past run that was played again, if any. `changes` are the rows it would have changed
    (`{table, id, label, operation, before, after}`), `effects` what would have left the house.
    """

    kind = models.CharField(max_length=8, choices=RehearsalKind)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="rehearsals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rehearsals")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = models.TextField()
    requested_agent = models.CharField(max_length=40, blank=True)
    agent = models.CharField(max_length=40, blank=True)
    agent_version = models.ForeignKey(AgentVersion, on_delete=models.PROTECT, null=True, related_name="+")
    mode = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=120, blank=True)
    skill = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=9, choices=RehearsalStatus, default=RehearsalStatus.QUEUED)
    answer = models.TextField(blank=True)
    steps = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    effects = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    citations = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    error = models.TextField(blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[RehearsalQuerySet] = RehearsalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        default_permissions = ("view", "add")
        indexes = [models.Index(fields=["run", "-created_at"], name="rehearsal_by_run")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id.hex[-8:].upper()}"


class RunUndo(BaseModel):
    """What a run had changed was put back. `undone` and `refused` list rows with the reason of a refusal."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="undo")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    refused = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-created_at"]
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"Undo of {self.run}"
