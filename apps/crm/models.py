"""Leads, what happened to them, and the files they came from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.core.models import BaseModel
from apps.crm.choices import OPEN, ActivityKind, LeadSource, LeadStatus
from apps.crm.querysets import LeadActivityQuerySet, LeadImportQuerySet, LeadQuerySet

HOUSE_CURRENCY = "SGD"


class LeadImport(BaseModel):
    """One file of leads: who brought it, and what became of its rows.

    `summary` holds the recognised columns and the first refusals; `report` is a CSV of every row that did not
    become a lead.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lead_imports")
    artifact = models.ForeignKey(Artifact, on_delete=models.SET_NULL, null=True, related_name="lead_imports")
    report = models.ForeignKey(Artifact, on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    summary = models.JSONField(default=dict)

    objects: ClassVar[LeadImportQuerySet] = LeadImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "-created_at"], name="lead_import_by_user")]

    def __str__(self) -> str:
        return self.file_name


class Lead(BaseModel):
    """A merchant who may become a customer.

    `contact_email` is stored in comparable form; `company_key` and `phone_key` are the comparable forms of
    company and phone. `last_contacted` is the time of the latest contact activity. `closed_at` is null while
    the lead is open, and for leads that were imported as closed without a date. `extra` keeps columns of an
    imported file that have no field here.
    """

    company_name = models.CharField(_("company"), max_length=200)
    company_key = models.CharField(max_length=200, editable=False)
    contact_name = models.CharField(_("contact"), max_length=160, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    location = models.CharField(_("location"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=LeadSource, default=LeadSource.OTHER)
    status = models.CharField(_("status"), max_length=12, choices=LeadStatus, default=LeadStatus.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("assigned to"),
        db_index=False,  # lead_by_owner serves it
    )
    notes = models.TextField(_("notes"), blank=True)
    last_contacted = models.DateTimeField(_("last contacted"), null=True, blank=True)
    follow_up_date = models.DateField(_("follow up on"), null=True, blank=True)
    value = models.DecimalField(
        _("value"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, default=HOUSE_CURRENCY)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads", editable=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads", editable=False
    )
    imported_by = models.ForeignKey(
        LeadImport, on_delete=models.SET_NULL, null=True, editable=False, related_name="leads"
    )
    import_row = models.PositiveIntegerField(null=True, editable=False)
    extra = models.JSONField(_("other columns"), default=dict, blank=True)

    objects: ClassVar[LeadQuerySet] = LeadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [
            ("view_all_leads", "Can view every lead"),
            ("assign_lead", "Can give a lead to somebody"),
            ("view_lead_summary", "Can read counts and sums of leads"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="lead_value_positive"
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="lead_by_age"),
            models.Index(fields=["assigned_to", "-created_at", "-id"], name="lead_by_owner"),
            models.Index(
                fields=["status", "assigned_to"], include=["value", "currency"], name="lead_by_status"
            ),
            models.Index(
                fields=["last_contacted"], condition=Q(status__in=OPEN), name="lead_open_by_contact"
            ),
            models.Index(
                fields=["follow_up_date"], condition=Q(status__in=OPEN), name="lead_open_by_follow_up"
            ),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="lead_by_closing"),
            models.Index(fields=["contact_email"], condition=~Q(contact_email=""), name="lead_by_email"),
            models.Index(fields=["company_key", "phone_key"], name="lead_by_company_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.company_name} ({self.contact_name})" if self.contact_name else self.company_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the comparable forms in step."""
        self.company_key = company_key(self.company_name)
        self.contact_email = email_key(self.contact_email)
        self.phone_key = phone_key(self.contact_phone)
        super().save(*args, **kwargs)

    @property
    def is_open(self) -> bool:
        """Neither won nor lost."""
        return self.status in OPEN

    @property
    def admin_url(self) -> str:
        """Path of its page in the back office."""
        return reverse("admin:crm_lead_change", args=[self.pk])


class LeadActivity(BaseModel):
    """A contact with a lead or a change of its status, kept as it happened.

    `occurred_at` may lie before `created_at`: people write down yesterday's call today.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(max_length=8, choices=ActivityKind)
    occurred_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=12, choices=LeadStatus, blank=True)
    to_status = models.CharField(max_length=12, choices=LeadStatus, blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar[LeadActivityQuerySet] = LeadActivityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name_plural = "lead activities"
        indexes = [
            models.Index(fields=["lead", "-occurred_at"], name="lead_activity_by_lead"),
            models.Index(fields=["kind", "occurred_at"], include=["lead"], name="lead_activity_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d}"
