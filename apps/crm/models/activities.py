"""What happened with a lead, a company or a contact, and what is to be done."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.contacts.models import Company, Contact
from apps.core.models import BaseModel
from apps.crm.choices import ActivityKind, LeadStatus, LostReason
from apps.crm.models.leads import Lead
from apps.crm.querysets.activities import ActivityQuerySet, StageChangeQuerySet, TaskQuerySet

_ONE_SUBJECT = (
    Q(lead__isnull=False, company__isnull=True, contact__isnull=True)
    | Q(lead__isnull=True, company__isnull=False, contact__isnull=True)
    | Q(lead__isnull=True, company__isnull=True, contact__isnull=False)
)


class AboutOne(BaseModel):
    """A row about exactly one lead, company or contact."""

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)s_set", db_index=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)s_set", db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)s_set", db_index=False
    )

    class Meta:
        abstract = True

    @property
    def subject(self) -> Lead | Company | Contact:
        """What the row is about."""
        found = self.lead or self.company or self.contact
        assert found is not None, "the database holds rows with one subject only"
        return found


class Activity(AboutOne):
    """A call, a mail, a meeting, a message or a note, kept as it happened.

    `occurred_at` may lie before `created_at`: people write down yesterday's call today. `run_id` is the
    assistant's run that wrote it down.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=ActivityKind)
    occurred_at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    subject_line = models.CharField(_("subject"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    run_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[ActivityQuerySet] = ActivityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name_plural = "activities"
        constraints = [models.CheckConstraint(condition=_ONE_SUBJECT, name="activity_about_one")]
        indexes = [
            models.Index(fields=["lead", "-occurred_at", "-id"], name="activity_by_lead"),
            models.Index(
                fields=["company", "-occurred_at"],
                condition=Q(company__isnull=False),
                name="activity_by_company",
            ),
            models.Index(
                fields=["contact", "-occurred_at"],
                condition=Q(contact__isnull=False),
                name="activity_by_contact",
            ),
            models.Index(fields=["kind", "occurred_at"], include=["lead"], name="activity_by_time"),
            models.Index(fields=["-occurred_at", "-id"], name="activity_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d}"


class StageChange(BaseModel):
    """A lead came in (`from_status` is empty) or moved from one stage to another.

    `seconds` is how long it had been in the stage it left; `value` and `currency` are the lead's then.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="stage_changes", db_index=False)
    from_status = models.CharField(max_length=12, choices=LeadStatus, blank=True)
    to_status = models.CharField(max_length=12, choices=LeadStatus)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    seconds = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    lost_reason = models.CharField(max_length=12, choices=LostReason, blank=True)

    objects: ClassVar[StageChangeQuerySet] = StageChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["lead", "-at", "-id"], name="stage_change_by_lead"),
            models.Index(
                fields=["at"],
                include=["lead", "from_status", "to_status", "seconds"],
                name="stage_change_by_day",
            ),
        ]

    def __str__(self) -> str:
        came_from = self.get_from_status_display() if self.from_status else "–"
        return f"{came_from} → {self.get_to_status_display()}"


class Task(AboutOne):
    """Something a person has promised to do, with a day and, if wanted, a reminder."""

    title = models.CharField(_("task"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="tasks",
        verbose_name=_("assigned to"),
        db_index=False,
    )
    due_at = models.DateTimeField(_("due"))
    remind_at = models.DateTimeField(_("remind at"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects: ClassVar[TaskQuerySet] = TaskQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.CheckConstraint(condition=_ONE_SUBJECT, name="task_about_one")]
        indexes = [
            models.Index(
                fields=["assigned_to", "due_at"], condition=Q(done_at__isnull=True), name="task_open_by_owner"
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(done_at__isnull=True, reminded_at__isnull=True, remind_at__isnull=False),
                name="task_to_remind",
            ),
            models.Index(fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="task_open_by_day"),
            models.Index(fields=["due_at", "id"], name="task_by_day"),
            models.Index(fields=["lead", "due_at"], name="task_by_lead"),
            models.Index(
                fields=["company", "due_at"], condition=Q(company__isnull=False), name="task_by_company"
            ),
            models.Index(
                fields=["contact", "due_at"], condition=Q(contact__isnull=False), name="task_by_contact"
            ),
        ]

    def __str__(self) -> str:
        return self.title
