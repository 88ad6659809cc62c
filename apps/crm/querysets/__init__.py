"""Who may see which row of the pipeline."""

from __future__ import annotations

from apps.crm.querysets.leads import STALE_AFTER, LeadQuerySet

__all__ = ["STALE_AFTER", "LeadQuerySet"]
