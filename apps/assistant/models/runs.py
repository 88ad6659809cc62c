"""Runs, their steps and their events."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.artifacts.models import Artifact
from apps.assistant.choices import ACTIVE, RunStatus, StepKind, StepStatus, Trigger
from apps.assistant.models.agents import AgentVersion
from apps.assistant.querysets import RunQuerySet, RunStepQuerySet
from apps.conversations.models import Conversation, Message
from apps.core.models import BaseModel


class Run(BaseModel):
    """A unit of work of the assistant.

    `lease_epoch` rises with each claim: a worker whose epoch is old may write nothing more. `text` is what
    has been shown so far; `state` carries what a follow-up message needs (slots still asked for).
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="runs")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="runs")
    reply = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="written_by")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs")
    department = models.CharField(max_length=40, blank=True)
    trigger = models.CharField(max_length=10, choices=Trigger, default=Trigger.CHAT)
    requested_agent = models.CharField(max_length=40, blank=True)
    agent = models.CharField(max_length=40, blank=True)
    agent_version = models.ForeignKey(AgentVersion, on_delete=models.PROTECT, null=True, related_name="runs")
    skill = models.CharField(max_length=80, blank=True)
    mode = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=16, choices=RunStatus, default=RunStatus.QUEUED)
    text = models.TextField(blank=True)
    state = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    error_code = models.CharField(max_length=60, blank=True)
    error_detail = models.TextField(blank=True)
    error_trace = models.TextField(blank=True)
    cancel_requested = models.BooleanField(default=False)
    lease_epoch = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    correlation_id = models.CharField(max_length=64, blank=True)
    artifacts = models.ManyToManyField(Artifact, related_name="runs", blank=True)

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        permissions = [
            ("use_assistant", "Can talk to the agents"),
            ("view_department_runs", "Can view the runs of the own department"),
            ("view_all_runs", "Can view every run"),
        ]
        indexes = [
            models.Index(fields=["conversation", "-created_at"], name="run_by_conversation"),
            models.Index(fields=["user", "-created_at"], name="run_by_user"),
            models.Index(fields=["department", "-created_at"], name="run_by_department"),
            models.Index(
                fields=["status", "lease_expires_at"],
                condition=models.Q(status__in=ACTIVE),
                name="run_active",
            ),
            models.Index(
                fields=["-created_at"], condition=models.Q(status=RunStatus.FAILED), name="run_failed"
            ),
            models.Index(fields=["finished_at"], name="run_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.agent or 'run'} {self.reference}"

    @property
    def reference(self) -> str:
        """The number that a person reads out to support: the random end of the id."""
        return self.id.hex[-8:].upper()


class RunStep(BaseModel):
    """One model call, tool call or decision: written before it starts, completed after.

    `key` is the step's deterministic place in the run ("3", "3.1"): a run that is executed again finds
    its finished steps by it and does not repeat them. `attempts` counts how often a tool was started. An
    `untrusted` result holds words of strangers: of a mail, a file, a page.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=StepKind)
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=9, choices=StepStatus, default=StepStatus.RUNNING)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    error = models.TextField(blank=True)
    artifact_ids = models.JSONField(default=list, blank=True)
    untrusted = models.BooleanField(default=False)
    lease_epoch = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    model_run_id = models.UUIDField(null=True)

    objects: ClassVar[RunStepQuerySet] = RunStepQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="run_step_unique_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


class RunEvent(models.Model):
    """What every open client was told, for those who come back and ask.

    Text comes in chunks of many deltas: `payload` is `{text, offset, marks}` where `marks` lists
    `[seq, end offset]` of each delta, so that a client can be served from the exact character on.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="events")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seq"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="run_event_unique_seq")]
        indexes = [models.Index(fields=["run", "seq"], name="run_event_by_run")]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"
