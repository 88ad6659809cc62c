"""The way from a number about leads to the leads."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.periods import Period
from apps.core.reporting.links import Condition, during, rows_link
from apps.crm.choices import OPEN
from apps.crm.models import Lead, StageChange
from apps.crm.report_selectors.scope import LeadScope


@dataclass(frozen=True)
class LeadLinks:
    """Paths of the change list of leads with the filters of the report; all are "" for readers of sums."""

    scope: LeadScope

    def to(self, conditions: dict[str, Condition]) -> str:
        """Leads for which `conditions` hold."""
        return rows_link(Lead, self.scope.conditions | conditions) if self.scope.sees_rows else ""

    def open(self, **conditions: Condition) -> str:
        """Leads that are open now."""
        return self.to({"status__in": ",".join(OPEN)} | conditions)


@dataclass(frozen=True)
class PeriodLinks(LeadLinks):
    """The same, and to what happened during a period."""

    period: Period

    def new(self, **conditions: Condition) -> str:
        """Leads that came in during the period."""
        return self.to(during("created_at", self.period) | conditions)

    def closed(self, **conditions: Condition) -> str:
        """Leads that were closed during the period and are not open again."""
        return self.to(during("closed_at", self.period) | conditions)

    def reached(self, status: str) -> str:
        """Leads that came in during the period and got to `status`, or beyond it."""
        return self.new(reached=f"{status}..{self.period.starts_at.isoformat()}")

    def left(self, status: str) -> str:
        """Changes of stage by which leads left the stage `status` during the period."""
        if not (self.scope.sees_rows and self.scope.user.has_perm("crm.view_stagechange")):
            return ""
        of_lead = {f"lead__{lookup}": value for lookup, value in self.scope.conditions.items()}
        left: dict[str, Condition] = {"from_status__exact": status, "seconds__isnull": False}
        return rows_link(StageChange, during("at", self.period) | of_lead | left)
