"""The answer of a report together with the question: every surface shows this and computes nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from apps.core.periods import Period
from apps.core.reporting import Findings, Report, ReportFilters, resolve_period
from apps.reports.asking import described

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class Answer:
    """What `report` found for `user` with `filters` at the moment `now`."""

    report: Report
    filters: ReportFilters
    user: User
    now: datetime
    findings: Findings

    @property
    def zone(self) -> str:
        """The zone in which days are counted."""
        return self.user.timezone

    @cached_property
    def period(self) -> Period:
        """The days reported on."""
        return resolve_period(self.filters.period, now=self.now, tz=self.zone)

    @cached_property
    def compared_with(self) -> Period | None:
        """The days that the tiles are compared with; None when no tile is compared."""
        if all(tile.previous is None for tile in self.findings.tiles):
            return None
        return self.period.previous()

    @cached_property
    def restrictions(self) -> tuple[tuple[str, str], ...]:
        """Label and value of each filter besides the period that is in force."""
        return described(self.filters, self.user)

    @property
    def computed_at(self) -> datetime:
        """The moment, in the reader's zone."""
        return self.now.astimezone(ZoneInfo(self.zone))

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The filters that differ from the defaults, and the period, as JSON values."""
        given = self.filters.model_dump(mode="json", exclude_defaults=True)
        return {"period": self.filters.period, **given}

    @property
    def url(self) -> str:
        """The page of this report with these filters."""
        return f"/admin/reports/{self.report.key}/?{urlencode(self.asked)}"

    @property
    def groups(self) -> tuple[str, ...]:
        """The headings of the parts, in the order in which they appear; "" is the part without one."""
        found = self.findings
        groups = [*(tile.group for tile in found.tiles), *(dataset.group for dataset in found.datasets)]
        return tuple(dict.fromkeys(groups))
