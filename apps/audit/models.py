"""What was done (append-only), what was mailed, and which rows a run changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.audit.choices import EmailStatus, RowOperation, Source
from apps.audit.querysets import AuditEventQuerySet, EmailLogQuerySet
from apps.core.ids import uuid7


class AuditEvent(models.Model):
    """One action on one object. A database trigger refuses UPDATE, DELETE and TRUNCATE.

    `object_label` and `actor_label` are copies: the trail stays readable when names change.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="audit_events"
    )
    actor_label = models.CharField(max_length=254, blank=True)
    department = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.SYSTEM)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    ip_address = models.GenericIPAddressField(null=True)
    correlation_id = models.CharField(max_length=64, blank=True, db_index=True)

    objects: ClassVar[AuditEventQuerySet] = AuditEventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-at"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["action", "-at"], name="audit_by_action"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label or 'system'} {self.action} {self.object_label}".strip()


class EmailLog(models.Model):
    """One mail to the outside or to a colleague: written before it is sent, completed after.

    `recipients` are in comparable form (lower case). Bodies are not kept here. `key` names what caused it
    (the step of a run): one cause, one mail, however often it is tried.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    status = models.CharField(max_length=7, choices=EmailStatus, default=EmailStatus.QUEUED)
    sender = models.EmailField()
    recipients = ArrayField(models.EmailField())
    subject = models.CharField(max_length=300)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="sent_mails"
    )
    department = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=40)
    run_id = models.UUIDField(null=True, blank=True)
    key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001
    message_id = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects: ClassVar[EmailLogQuerySet] = EmailLogQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ("view",)
        permissions = [("view_all_mails", "Can view the log of everybody's mails")]
        verbose_name = "e-mail"
        verbose_name_plural = "e-mail log"
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="email_by_age"),
            models.Index(fields=["user", "-created_at"], name="email_by_user"),
            GinIndex(fields=["recipients"], name="email_by_recipient"),
        ]

    def __str__(self) -> str:
        return self.subject


class RowChange(models.Model):
    """One row as one step of a run changed it, kept by a trigger on the table (see `audit.journal`).

    `before` is null for a new row, `after` for one that was deleted. Generated columns are left out.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    run_id = models.UUIDField()
    step_id = models.UUIDField(null=True)
    table = models.CharField(max_length=80)
    row_id = models.CharField(max_length=64)
    operation = models.CharField(max_length=6, choices=RowOperation)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["run_id", "id"], name="row_change_by_run"),
            models.Index(fields=["table", "row_id", "id"], name="row_change_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.row_id}"
