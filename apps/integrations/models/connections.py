"""Who we are at another company's service."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.integrations.choices import Provider
from apps.integrations.crypto import unseal
from apps.integrations.querysets import ConnectionQuerySet


class Connection(BaseModel):
    """Settings and credentials of one service.

    `settings` holds what may be read (tenant, client, mailbox …), `sealed` the encrypted secrets: nothing
    shows them again. Of several active ones of a provider the newest counts.
    """

    provider = models.CharField(_("service"), max_length=12, choices=Provider)
    name = models.CharField(_("name"), max_length=80)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    last_tested_at = models.DateTimeField(_("last tested"), null=True, editable=False)
    last_error = models.TextField(_("last problem"), blank=True, editable=False)

    objects: ClassVar[ConnectionQuerySet] = ConnectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        permissions = [("test_connection", "Can test a connection")]
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="connection_unique_name")]

    def __str__(self) -> str:
        return self.name

    def secrets(self) -> dict[str, str]:
        """The secrets in clear: for clients only. Raises `Unreadable`."""
        return unseal(self.sealed)
