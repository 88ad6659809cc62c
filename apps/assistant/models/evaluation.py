"""How good the agents are: cases, and what came of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.assistant.choices import CaseOrigin, EvaluationStatus
from apps.assistant.models.approvals import Approval
from apps.assistant.querysets import EvaluationCaseQuerySet, EvaluationQuerySet, EvaluationResultQuerySet
from apps.core.models import BaseModel


class EvaluationCase(BaseModel):
    """A message and what a good answer to it is: which agent, skill, tools and facts.

    `role` is who asks (a role of roles.yaml). `given` are rows that have to be there, `files` names of
    sample files to attach. `facts` must stand in the answer, `forbidden` must not; `expected_arguments` are
    those of the tool call that a person corrected. An empty expectation is not judged. Those with origin
    FILE are images of `goldens/*.yaml`.
    """

    key = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=200)
    message = models.TextField()
    role = models.CharField(max_length=40, default="sales_rep")
    requested_agent = models.CharField(max_length=40, blank=True)
    given = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    files = models.JSONField(default=list, blank=True)
    agent = models.CharField(max_length=40, blank=True)
    skill = models.CharField(max_length=80, blank=True)
    tools = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=list, blank=True)
    forbidden = models.JSONField(default=list, blank=True)
    expected_arguments = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    modes = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    origin = models.CharField(max_length=8, choices=CaseOrigin, default=CaseOrigin.OFFICE)
    approval = models.OneToOneField(
        Approval, on_delete=models.SET_NULL, null=True, blank=True, related_name="case"
    )
    is_active = models.BooleanField(default=True)

    objects: ClassVar[EvaluationCaseQuerySet] = EvaluationCaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class Evaluation(BaseModel):
    """One go through the cases with one mode and the agent versions that were in force or chosen."""

    status = models.CharField(max_length=9, choices=EvaluationStatus, default=EvaluationStatus.RUNNING)
    mode = models.CharField(max_length=20)
    model = models.CharField(max_length=120, blank=True)
    agent_versions = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects: ClassVar[EvaluationQuerySet] = EvaluationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"{self.passed}/{self.total} {self.mode}"


class EvaluationResult(BaseModel):
    """One case in one evaluation. `checks` is column → true, false or null (not judged).

    `role` is who was told the answer: the case's role when it was played, whatever it is today.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="results")
    case = models.ForeignKey(EvaluationCase, on_delete=models.CASCADE, related_name="results")
    role = models.CharField(max_length=40, blank=True)
    passed = models.BooleanField()
    checks = models.JSONField(default=dict)
    agent = models.CharField(max_length=40, blank=True)
    agent_version = models.PositiveIntegerField(null=True)
    skill = models.CharField(max_length=80, blank=True)
    tools = models.JSONField(default=list)
    answer = models.TextField(blank=True)
    reasons = models.JSONField(default=list)
    error = models.TextField(blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    objects: ClassVar[EvaluationResultQuerySet] = EvaluationResultQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["passed", "case__key"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "case"], name="evaluation_result_unique_case")
        ]

    def __str__(self) -> str:
        return f"{self.case}: {'passed' if self.passed else 'failed'}"
