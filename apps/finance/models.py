"""The ledger: what came in and what went out, by category, and which months are closed."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.contacts.models import Company
from apps.core.models import BaseModel
from apps.core.search import search_vector
from apps.finance.choices import (
    EXPENSE_GROUPS,
    HOUSE_CURRENCY,
    REVENUE_GROUPS,
    EntryKind,
    EntryStatus,
    StatementGroup,
)
from apps.finance.querysets import CategoryQuerySet, ClosedMonthQuerySet, EntryQuerySet

CENT = Decimal("0.01")


class Category(BaseModel):
    """What an entry is about, and the line of the statements it is counted in.

    `code` is what programs and files call it. `kind` never changes once entries were posted to it.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=EntryKind)
    group = models.CharField(_("part of the statement"), max_length=16, choices=StatementGroup)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("One that is not in use keeps its entries and takes no new ones."),
    )

    objects: ClassVar[CategoryQuerySet] = CategoryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["order", "code"]
        verbose_name_plural = "categories"
        default_permissions = ("view", "add", "change")
        indexes = [models.Index(fields=["order", "code"], name="category_by_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.REVENUE, group__in=REVENUE_GROUPS)
                | Q(kind=EntryKind.EXPENSE, group__in=EXPENSE_GROUPS),
                name="category_kind_fits_group",
                violation_error_message=_("That part of the statement is not for this kind."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Entry(BaseModel):
    """Money earned or spent.

    `booked_on` is the day it belongs to in the profit and loss statement, `paid_on` the day the money moved
    (None: not yet). `amount` is positive, in `currency` (ISO 4217); `kind` is the category's. Currencies are
    never added together. `external_reference` is how the world outside names it: no two entries that count
    have the same one. `reverses` makes it the correction of another entry, whose amount it takes back:
    `signed` is the amount, below zero for a correction. `run_id` is the assistant's run that recorded it.

    A posted entry never changes, apart from the day it was paid, which may be filled in once; the database
    holds that (migration 0002). Drafts count nowhere.
    """

    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="entries", verbose_name=_("category"), db_index=False
    )
    booked_on = models.DateField(_("date"))
    paid_on = models.DateField(
        _("paid on"), null=True, blank=True, help_text=_("Empty while it is not paid.")
    )
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default=HOUSE_CURRENCY,
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Write a currency as three letters: SGD."))],
    )
    party = models.CharField(_("from or to"), max_length=200)
    company = models.ForeignKey(
        Company,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ledger_entries",
        verbose_name=_("company"),
    )
    description = models.TextField(
        _("what for"), blank=True, max_length=2000, validators=[MaxLengthValidator(2000)]
    )
    document = models.ForeignKey(
        Artifact,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ledger_entries",
        verbose_name=_("document"),
    )
    external_reference = models.CharField(
        _("reference"), max_length=120, blank=True, help_text=_("Number of the invoice, receipt or event.")
    )
    status = models.CharField(
        _("status"), max_length=6, choices=EntryStatus, default=EntryStatus.DRAFT, editable=False
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    posted_at = models.DateTimeField(_("posted"), null=True, editable=False)
    run_id = models.UUIDField(null=True, editable=False)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversal", editable=False
    )
    signed = models.GeneratedField(
        expression=Case(When(reverses__isnull=True, then=F("amount")), default=-F("amount")),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
        editable=False,
    )
    search = models.GeneratedField(
        expression=search_vector("party", "description", "external_reference"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-booked_on", "-id"]
        verbose_name_plural = "entries"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("post_entry", "Can post entries of the ledger"),
            ("reverse_entry", "Can correct posted entries by a reversal"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_amount_positive"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="entry_currency_iso"),
            models.CheckConstraint(
                condition=~Q(status=EntryStatus.POSTED) | Q(posted_by__isnull=False, posted_at__isnull=False),
                name="entry_posted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | Q(status=EntryStatus.POSTED),
                name="entry_reversal_posted",
            ),
            models.UniqueConstraint(
                fields=["external_reference"],
                condition=~Q(external_reference="") & ~Q(status=EntryStatus.VOID),
                name="entry_unique_reference",
            ),
        ]
        indexes = [
            models.Index(
                fields=["booked_on", "currency", "category"],
                include=["signed"],
                condition=Q(status=EntryStatus.POSTED),
                name="entry_statement",
            ),
            models.Index(
                fields=["paid_on", "currency", "category"],
                include=["signed", "booked_on"],
                condition=Q(status=EntryStatus.POSTED, paid_on__isnull=False),
                name="entry_cash",
            ),
            models.Index(
                fields=["booked_on", "currency", "category"],
                include=["signed"],
                condition=Q(status=EntryStatus.POSTED, paid_on__isnull=True),
                name="entry_unpaid",
            ),
            models.Index(fields=["-booked_on", "-id"], name="entry_by_day"),
            models.Index(fields=["category", "-booked_on", "-id"], name="entry_by_category"),
            models.Index(
                fields=["-booked_on", "-id"], condition=Q(status=EntryStatus.DRAFT), name="entry_drafts"
            ),
            GinIndex(fields=["search"], name="entry_search"),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.currency} {self.amount:,.2f}, {self.booked_on:%-d %b %Y}"

    @property
    def admin_url(self) -> str:
        """Path of its page in the back office."""
        return reverse("admin:finance_entry_change", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited, posted or discarded."""
        return self.status == EntryStatus.DRAFT

    @property
    def is_posted(self) -> bool:
        """Whether it counts."""
        return self.status == EntryStatus.POSTED


class ClosedMonth(BaseModel):
    """A month whose statements are final: nothing is posted into it, and no payment is dated in it."""

    month = models.DateField(_("month"), unique=True, help_text=_("Its first day."))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ClosedMonthQuerySet] = ClosedMonthQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-month"]
        default_permissions = ("view", "add", "delete")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="closed_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"
