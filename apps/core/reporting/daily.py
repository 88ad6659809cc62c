"""Sums by the day, read once, to be added up for any number of periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from apps.core.periods import Period

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Daily:
    """Rows of sums, each of one `day` of the zone in which they were asked for."""

    rows: Sequence[Row]

    def during(self, period: Period) -> Iterator[Row]:
        """The rows of the days of `period`."""
        return (row for row in self.rows if period.start <= row["day"] < period.end)

    def since(self, day: date) -> Iterator[Row]:
        """The rows of `day` and all days after it."""
        return (row for row in self.rows if row["day"] >= day)


def daily(
    rows: QuerySet[Any, Any],
    moment: str,
    periods: Sequence[Period],
    *groups: str,
    **sums: Aggregate | Combinable,
) -> Daily:
    """`sums` of `rows` by the day of the field `moment` and by `groups`, from the first of `periods` on.

    One query for all of them. The periods must be of one zone, whose midnights part the days.
    """
    (tz,) = {period.tz for period in periods}
    first = datetime.combine(min(period.start for period in periods), time.min, ZoneInfo(tz))
    found = (
        rows.filter(**{f"{moment}__gte": first})
        .order_by()
        .values(*groups, day=TruncDate(moment, tzinfo=ZoneInfo(tz)))
        .annotate(**sums)
    )
    return Daily(list(found))


def total(rows: Iterable[Row], name: str) -> Any:
    """The sum of one column; nothing counts as zero."""
    return sum((row[name] or 0 for row in rows), 0)
