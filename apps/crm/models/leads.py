"""Leads, and the files they came from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.core.models import BaseModel
from apps.core.search import search_vector
from apps.crm.choices import OPEN, LeadSource, LeadStatus, LostReason
from apps.crm.querysets.leads import LeadImportQuerySet, LeadQuerySet

HOUSE_CURRENCY = "SGD"


def new_position() -> Decimal:
    """The place of a new card: on top of its column, where larger numbers are higher. Seconds since 1970."""
    return Decimal(str(timezone.now().timestamp()))


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
    the lead is open, and for leads that were imported as closed without a date. `position` is the place in
    its column of the board, the largest on top. `extra` keeps columns of an imported file that have no field
    here. `search` is what people find it by (see `core.search`).
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
    expected_close = models.DateField(_("expected close"), null=True, blank=True)
    stage_since = models.DateTimeField(_("in this stage since"), default=timezone.now, editable=False)
    position = models.DecimalField(max_digits=30, decimal_places=15, default=new_position, editable=False)
    lost_reason = models.CharField(_("lost reason"), max_length=12, choices=LostReason, blank=True)
    lost_note = models.CharField(_("what happened"), max_length=500, blank=True)
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
    search = models.GeneratedField(
        expression=search_vector(
            "company_name",
            "contact_name",
            "contact_email",
            "contact_phone",
            "location",
            "industry",
            phone_key="phone_key",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects: ClassVar[LeadQuerySet] = LeadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [
            ("view_all_leads", "Can view every lead"),
            ("assign_lead", "Can give a lead to somebody"),
            ("view_lead_summary", "Can read counts and sums of leads"),
            ("merge_lead", "Can merge two leads"),
            ("export_lead", "Can export leads to a file"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="lead_value_positive"
            ),
            models.CheckConstraint(
                condition=Q(status=LeadStatus.CLOSED_LOST) ^ Q(lost_reason=""),
                name="lead_lost_with_reason",
                violation_error_message=_("A lost lead needs the reason."),
            ),
        ]
        indexes = [
            models.Index(fields=["assigned_to", "-created_at", "-id"], name="lead_by_owner"),
            models.Index(fields=["status", "-position", "-id"], name="lead_on_board"),
            models.Index(fields=["assigned_to", "status", "-position", "-id"], name="lead_on_own_board"),
            models.Index(F("value").desc(nulls_last=True), F("id").desc(), name="lead_by_worth"),
            models.Index(
                F("last_contacted").desc(nulls_last=True), F("id").desc(), name="lead_by_contact_time"
            ),
            models.Index(
                F("follow_up_date").asc(nulls_last=True), F("id").asc(), name="lead_by_follow_up_day"
            ),
            GinIndex(fields=["search"], name="lead_search"),
            models.Index(
                fields=["follow_up_date"], condition=Q(status__in=OPEN), name="lead_open_by_follow_up"
            ),
            # The next three carry what reports add up, so that they read no leads.
            models.Index(
                fields=["-created_at", "-id"],
                include=[
                    "assigned_to",
                    "source",
                    "industry",
                    "status",
                    "currency",
                    "value",
                    "closed_at",
                ],
                name="lead_by_creation",
            ),
            models.Index(
                fields=["closed_at"],
                include=[
                    "status",
                    "currency",
                    "value",
                    "assigned_to",
                    "source",
                    "industry",
                    "lost_reason",
                    "created_at",
                ],
                condition=Q(closed_at__isnull=False),
                name="lead_by_closing_day",
            ),
            models.Index(
                fields=["expected_close"],
                include=["status", "currency", "value", "assigned_to", "source", "industry"],
                condition=Q(status__in=OPEN),
                name="lead_open_by_expected_close",
            ),
            models.Index(
                Coalesce("last_contacted", "created_at"),
                "id",
                condition=Q(status__in=OPEN),
                name="lead_open_by_silence",
            ),
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
