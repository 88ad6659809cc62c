"""People's phones, for push messages."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import BaseModel
from apps.integrations.choices import Platform
from apps.integrations.querysets import PushDeviceQuerySet


class PushDevice(BaseModel):
    """An installation of the mobile app; `token` is its registration with Firebase, one person's only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_devices")
    token = models.CharField(max_length=512, unique=True)
    platform = models.CharField(_("system"), max_length=8, choices=Platform)
    name = models.CharField(_("name"), max_length=80, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"))

    objects: ClassVar[PushDeviceQuerySet] = PushDeviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-last_seen_at"]
        default_permissions = ()
        verbose_name = _("phone")

    def __str__(self) -> str:
        return self.name or str(self.get_platform_display())
