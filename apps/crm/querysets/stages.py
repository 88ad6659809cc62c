"""Reading the settings of stages and the running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.crm.models import LeadTally, Stage


class StageQuerySet(VisibleQuerySet["Stage"]):
    """The stages are no secret to those who work with leads or read their sums."""

    def _visible_to(self, user: User) -> Self:
        known = user.has_perm("crm.view_lead") or user.has_perm("crm.view_lead_summary")
        return self.all() if known or user.has_perm("crm.view_stage") else self.none()


class LeadTallyQuerySet(VisibleQuerySet["LeadTally"]):
    """Totals over the leads whose sums a user may read."""

    def _visible_to(self, user: User) -> Self:
        """As `LeadQuerySet.summarised_for`: one's own for representatives, all for managers and readers."""
        if user.has_perm("crm.view_all_leads"):
            return self.all()
        if user.has_perm("crm.view_lead"):
            return self.filter(assigned_to_id=user.pk)
        return self.all() if user.has_perm("crm.view_lead_summary") else self.none()
