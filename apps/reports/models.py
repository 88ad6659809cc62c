"""The right to read the figures of the house; there are no rows."""

from __future__ import annotations

from django.db import models


class KeyFigures(models.Model):
    """Carries the permission only: figures are computed from the rows of other apps."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_kpis", "Can read the key figures of the house")]

    def __str__(self) -> str:
        return "key figures"
