"""Who may see which export."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.core.querysets import VisibleQuerySet
from apps.reports.choices import ExportStatus

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.reports.models import ReportExport


class ReportExportQuerySet(VisibleQuerySet["ReportExport"]):
    """One's own; administrators see all."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("reports.view_all_exports"):
            return self
        return self.filter(user=user)

    def claimable(self, now: datetime) -> Self:
        """Nobody works on them at `now`: not begun, or begun by a worker that has fallen silent."""
        silent = Q(status=ExportStatus.RUNNING, lease_expires_at__lt=now)
        return self.filter(Q(status=ExportStatus.QUEUED) | silent)
