"""Filters that the running totals cannot answer: leads are looked at, no more of them than needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.crm.board.filters import BoardFilters
from apps.crm.board.totals import ColumnTotals, tallied, totals
from apps.crm.models import Lead, Stage

#: No more leads than this are found by an index and sorted.
FEW = 5000
#: Where more than a few fit, a column of this size is looked through whole, so that its numbers are exact.
SHORT = 1500


class Row(NamedTuple):
    """What of a lead the numbers and the order of a column need."""

    position: Decimal
    id: UUID
    status: str
    currency: str
    value: Decimal | None


@dataclass(frozen=True)
class Looked:
    """The leads of a column that fit, the highest first; all of them, or as many as were wanted."""

    fits: list[Row]
    is_whole: bool


def look(
    *, user: User, filters: BoardFilters, stages: Mapping[str, Stage], now: datetime, enough: int
) -> dict[str, Looked]:
    """Each column: all leads that fit, or `enough` of those on top where many do."""
    leads = filters.owned(Lead.objects.visible_to(user), user)
    condition = filters.condition(stages, now)
    found = leads.filter(condition).order_by()
    if found[: FEW + 1].count() <= FEW:
        rows = [Row(*row) for row in found.values_list(*Row._fields)[:FEW]]
        return _columns(rows, dict.fromkeys(stages, FEW + 1))
    # PostgreSQL expects the same number of leads for almost every word, and would look up a frequent one in
    # the index of words for each column. What it cannot look up, it tries along the index of the column.
    fitting = leads.annotate(fits=Coalesce(condition, Value(False))).filter(fits=True)
    sizes = tallied(user, BoardFilters(owner=filters.owner), stages)
    limits = {status: SHORT + 1 if sizes[status].count <= SHORT else enough for status in stages}
    tops = [
        fitting.filter(status=status).order_by("-position", "-pk").values_list(*Row._fields)[:limit]
        for status, limit in limits.items()
        if status in filters.statuses(stages)
    ]
    return _columns([Row(*row) for row in tops[0].union(*tops[1:], all=True)] if tops else [], limits)


def totals_of_looked(columns: Mapping[str, Looked], stages: Mapping[str, Stage]) -> dict[str, ColumnTotals]:
    """The numbers; of a column with more than was wanted the least count, and no sums."""
    groups = [(row.status, row.currency, 1, row.value) for column in columns.values() for row in column.fits]
    found = totals(stages, groups)
    for status, column in columns.items():
        if not column.is_whole:
            found[status] = ColumnTotals(
                status=found[status].status,
                count=len(column.fits) - 1,
                is_exact=False,
                values={},
                weighted={},
            )
    return found


def _columns(rows: list[Row], limits: Mapping[str, int]) -> dict[str, Looked]:
    columns: dict[str, list[Row]] = {status: [] for status in limits}
    for row in sorted(rows, reverse=True):
        columns[row.status].append(row)
    return {status: Looked(fits, len(fits) < limits[status]) for status, fits in columns.items()}
