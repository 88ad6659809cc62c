"""Moments as the lists of the pipeline show them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format


def short(moment: datetime) -> str:
    """`3 Nov 2026, 14:30` on the clock of the person who looks."""
    return date_format(timezone.localtime(moment), "j M Y, H:i")
