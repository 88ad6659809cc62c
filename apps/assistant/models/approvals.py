"""What waits for a person, and the rules that say what must."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.accounts.models import Department
from apps.assistant.choices import ApprovalReason, ApprovalStatus, DecidedVia, PolicyEffect, Risk
from apps.assistant.models.runs import Run
from apps.assistant.querysets import ApprovalQuerySet, GrantQuerySet, ToolPolicyQuerySet
from apps.core.models import BaseModel


class ToolPolicy(BaseModel):
    """What may be done with a tool: at once, after a person agreed, or not at all.

    `tool` is a pattern over qualified names ("mail.*"). Empty role, department and agent hold for everybody.
    Of the policies that hold for a call the strictest wins; without one, what leaves the house or destroys
    something is asked for. Above `four_eyes_above` somebody other than the requester has to agree.
    """

    tool = models.CharField(max_length=120)
    role = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    agent = models.CharField(max_length=40, blank=True)
    effect = models.CharField(max_length=5, choices=PolicyEffect)
    four_eyes_above = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="SGD")
    note = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[ToolPolicyQuerySet] = ToolPolicyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["tool", "effect"]
        verbose_name = "tool policy"
        verbose_name_plural = "tool policies"
        indexes = [models.Index(fields=["is_active", "tool"], name="policy_by_tool")]

    def __str__(self) -> str:
        return f"{self.tool}: {self.get_effect_display()}"


class Grant(BaseModel):
    """An answer given in advance: so many calls of one tool, so much money, until a day, within a scope.

    `scope` names arguments and the patterns that all their values must match (`{"to": ["*@abc.sg"]}`).
    It holds for the runs of `user`, or of everybody in `department`.
    """

    tool = models.CharField(max_length=120)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="grants"
    )
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    scope = models.JSONField(default=dict, blank=True)
    max_uses = models.PositiveIntegerField()
    uses = models.PositiveIntegerField(default=0)
    max_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    amount_used = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    currency = models.CharField(max_length=3, default="SGD")
    expires_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "pre-approval"
        indexes = [models.Index(fields=["tool", "expires_at"], name="grant_by_tool")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses__lte=models.F("max_uses")), name="grant_not_overused"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | models.Q(department__isnull=False),
                name="grant_has_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool}: {self.uses} of {self.max_uses}"


class Approval(BaseModel):
    """A question to a person about one step. One answer; the second is refused.

    `preview` is what the person reads (`toolkit.Preview`); `touches` the rows it is about with their
    versions, looked at again before the run goes on; `provenance` says of each argument where it came from;
    `diff` is the unified diff of what the person changed.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="approvals")
    step_key = models.CharField(max_length=80)
    tool = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    summary = models.CharField(max_length=300)
    preview = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    risk = models.CharField(max_length=6, choices=Risk, default=Risk.MEDIUM)
    reason = models.CharField(max_length=10, choices=ApprovalReason, default=ApprovalReason.POLICY)
    department = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    four_eyes = models.BooleanField(default=False)
    touches = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    provenance = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=8, choices=ApprovalStatus, default=ApprovalStatus.PENDING)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_via = models.CharField(max_length=8, choices=DecidedVia, blank=True)
    decided_arguments = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, related_name="approvals")
    diff = models.TextField(blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[ApprovalQuerySet] = ApprovalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        permissions = [
            ("decide_department_approvals", "Can decide the approvals of the own department"),
            ("decide_all_approvals", "Can decide every approval"),
        ]
        constraints = [models.UniqueConstraint(fields=["run", "step_key"], name="approval_unique_step")]
        indexes = [
            models.Index(fields=["status", "-created_at"], name="approval_by_status"),
            models.Index(fields=["department", "status", "-created_at"], name="approval_by_department"),
            models.Index(
                fields=["expires_at"], condition=models.Q(status="pending"), name="approval_open_by_expiry"
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class ApprovalLink(BaseModel):
    """A way to decide by mail: one approver, one approval, once. Only the token's digest is kept."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="links")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["approval", "approver"], name="approval_link_unique_approver")
        ]

    def __str__(self) -> str:
        return f"{self.approval} → {self.approver}"
