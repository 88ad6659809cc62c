"""The answer of a report together with the question: every surface shows this and computes nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.periods import Period
from apps.core.reporting import Filters, Findings, Report, period_of
from apps.reports.asking import described

if TYPE_CHECKING:
    from apps.accounts.models import User


def page_of(report: Report) -> str:
    """The address of the page of a report."""
    return reverse("admin:report", args=[report.key])


@dataclass(frozen=True)
class Answer:
    """What `report` found for `user` with `filters` at the moment `now`."""

    report: Report
    filters: Filters
    user: User
    now: datetime
    findings: Findings

    @property
    def zone(self) -> str:
        """The zone in which days are counted."""
        return self.user.timezone

    @cached_property
    def period(self) -> Period | None:
        """The days reported on; None where the report is as of now."""
        return period_of(self.filters, now=self.now, tz=self.zone)

    @property
    def span(self) -> str:
        """Of when the answer is, in words: its days, or the moment."""
        if self.period and self.counted and self.is_running:
            return _("%(period)s, so far %(days)s") % {"period": self.period, "days": self.counted.brief}
        if self.period:
            return str(self.period)
        return _("as of %(moment)s") % {"moment": self.moment}

    @property
    def moment(self) -> str:
        """When it was computed, in words."""
        return date_format(self.computed_at, "j F Y, H:i")

    @cached_property
    def compared_with(self) -> Period | None:
        """The days that the tiles are compared with; None when no tile is compared."""
        if self.period is None or all(tile.previous is None for tile in self.findings.tiles):
            return None
        return self.period.before(self.computed_at.date())

    @property
    def is_running(self) -> bool:
        """Whether the period is not over, so that it is compared with as many days, not with a whole one."""
        return self.period is not None and self.compared_with not in (None, self.period.previous())

    @property
    def counted(self) -> Period | None:
        """The days that the figures are of: those that have begun, of a period that is compared."""
        return self.period.so_far(self.computed_at.date()) if self.period and self.is_running else self.period

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
        return {**self.filters.model_dump(include={"period"}), **given}

    @property
    def url(self) -> str:
        """The page of this report with these filters."""
        page = page_of(self.report)
        return f"{page}?{urlencode(self.asked)}" if self.asked else page

    @property
    def groups(self) -> tuple[str, ...]:
        """The headings of the parts, in the order in which they appear; "" is the part without one."""
        found = self.findings
        groups = [*(tile.group for tile in found.tiles), *(dataset.group for dataset in found.datasets)]
        return tuple(dict.fromkeys(groups))
