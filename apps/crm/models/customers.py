"""Companies that bought."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.contacts.models import Company
from apps.core.models import BaseModel
from apps.crm.choices import CustomerStatus
from apps.crm.models.leads import Lead
from apps.crm.querysets.customers import CustomerQuerySet


class Customer(BaseModel):
    """A company that we won. `lead` is the first one won; later ones are found through the company."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="customer")
    lead = models.ForeignKey(Lead, on_delete=models.SET_NULL, null=True, related_name="customers")
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("account manager"),
    )
    status = models.CharField(
        _("status"), max_length=8, choices=CustomerStatus, default=CustomerStatus.ACTIVE
    )
    since = models.DateTimeField(_("customer since"))

    objects: ClassVar[CustomerQuerySet] = CustomerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["-since", "-id"], name="customer_by_age")]

    def __str__(self) -> str:
        return str(self.company)
