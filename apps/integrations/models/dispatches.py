"""The outbox: what is to leave the house, and how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.audit.models import EmailLog
from apps.core.models import BaseModel
from apps.integrations.choices import DispatchKind, DispatchStatus
from apps.integrations.querysets import DispatchQuerySet


class Dispatch(BaseModel):
    """One thing to send. Written in the transaction of whoever wants it; sent afterwards, once per `key`.

    `payload` says what, by `kind` (see `outbox.payloads`). `marks` is how far the steps of sending have
    come, written between them: a process that takes over reads there what is done. `lease_until` is how long
    the worker that sends it may be alone with it; `lease_epoch` tells workers apart. `about` is {"model",
    "id"} of the row it is about. `told_at` is when the app of that row has heard that it was sent.
    """

    kind = models.CharField(_("kind"), max_length=5, choices=DispatchKind)
    status = models.CharField(
        _("status"), max_length=9, choices=DispatchStatus, default=DispatchStatus.QUEUED
    )
    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(_("what"), max_length=300)
    recipient = models.CharField(_("to"), max_length=300, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="dispatches",
        db_index=False,
        verbose_name=_("for"),
    )
    run_id = models.UUIDField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    about = models.JSONField(default=dict, blank=True)
    email = models.OneToOneField(EmailLog, on_delete=models.PROTECT, null=True, related_name="dispatch")
    artifact = models.ForeignKey(
        Artifact, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("kept as")
    )
    external_id = models.CharField(max_length=512, blank=True)
    marks = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_epoch = models.PositiveIntegerField(default=0)
    error = models.TextField(_("problem"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[DispatchQuerySet] = DispatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        default_permissions = ("view", "change")
        permissions = [
            ("view_all_dispatches", "Can see everything that is sent"),
            ("send_mail", "Can send mails"),
            ("read_mailbox", "Can read the own mailbox"),
            ("read_shared_mailbox", "Can read the shared mailbox"),
            ("use_calendar", "Can use the own calendar"),
            ("post_to_teams", "Can post to Teams channels"),
            ("send_push", "Can send push messages to colleagues"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="dispatch_by_age"),
            models.Index(fields=["user", "-created_at"], name="dispatch_by_user"),
            models.Index(
                fields=["created_at"], condition=Q(status__in=["queued", "sending"]), name="dispatch_to_do"
            ),
            models.Index(
                fields=["sent_at"], condition=Q(status="sent", told_at__isnull=True), name="dispatch_to_tell"
            ),
        ]

    def __str__(self) -> str:
        return self.title
