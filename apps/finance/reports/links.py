"""The way from an amount to the entries behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.periods import Period
from apps.core.reporting.links import Condition, rows_link
from apps.finance.choices import EntryStatus, StatementGroup
from apps.finance.models import Entry
from apps.finance.statements import Line
from apps.finance.totals import Basis


@dataclass(frozen=True)
class LedgerLinks:
    """Paths of the list of entries. Whoever may read a statement may read its entries."""

    basis: Basis

    def to(self, period: Period, currency: str = "", **conditions: Condition) -> str:
        """The posted entries of a period for which `conditions` hold."""
        wanted: dict[str, Condition] = {
            "status__exact": EntryStatus.POSTED.value,
            f"{self.basis}__gte": period.start,
            f"{self.basis}__lt": period.end,
        }
        if currency:
            wanted["currency__exact"] = currency
        return rows_link(Entry, wanted | conditions)

    def line(self, line: Line, period: Period, currency: str) -> str:
        """The entries of a category, of a part of the statement, or of all the parts above a result."""
        if line.category is not None:
            return self.to(period, currency, category__id__exact=line.category.pk)
        if line.kind == "total":
            return self.to(period, currency)
        if line.kind == "result":
            above = [group.value for group in StatementGroup]
            parts = above[: above.index(line.group) + 1]
            return self.to(period, currency, category__group__in=",".join(parts))
        kinds = {"received": "revenue", "paid": "expense"}
        if line.key in kinds:
            return self.to(period, currency, category__kind__exact=kinds[line.key])
        return self.to(period, currency, category__group__exact=line.key)

    def unpaid(self, end: date, currency: str, kind: str) -> str:
        """What was booked before `end` and not paid by then."""
        wanted: dict[str, Condition] = {
            "status__exact": EntryStatus.POSTED.value,
            "open_at": end - timedelta(days=1),
            "currency__exact": currency,
            "category__kind__exact": kind,
        }
        return rows_link(Entry, wanted)
