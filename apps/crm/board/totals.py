"""The numbers above the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Sum
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.crm.board.filters import BoardFilters
from apps.crm.choices import LeadStatus
from apps.crm.models import LeadTally, Stage

_CENT = Decimal("0.01")

#: Stage, currency, leads, value.
Group = tuple[str, str, int, Decimal | None]


class ColumnTotals(BaseModel):
    """How many leads a stage holds, and their worth by currency."""

    status: LeadStatus
    count: int
    is_exact: bool = Field(description="False: there are more than `count`, and the sums are not known.")
    values: dict[str, Decimal] = Field(description="Value by currency; empty when not exact.")
    weighted: dict[str, Decimal] = Field(description="Value times the stage's probability, by currency.")


def tallied(user: User, filters: BoardFilters, stages: Mapping[str, Stage]) -> dict[str, ColumnTotals]:
    """The numbers of every stage from the running totals, which know owner and source only."""
    tallies = filters.tallies(LeadTally.objects.visible_to(user), user)
    groups = tallies.order_by().values_list("status", "currency").annotate(Sum("leads"), Sum("value"))
    return totals(stages, groups)


def totals(stages: Mapping[str, Stage], groups: Iterable[Group]) -> dict[str, ColumnTotals]:
    """The groups added up by stage."""
    found = {
        status: ColumnTotals(status=LeadStatus(status), count=0, is_exact=True, values={}, weighted={})
        for status in stages
    }
    for status, currency, count, value in sorted(groups, key=lambda group: group[:2]):
        column = found[status]
        column.count += count
        if value:
            column.values[currency] = column.values.get(currency, Decimal(0)) + value
    for status, column in found.items():
        weight = Decimal(stages[status].probability) / 100
        column.weighted = {name: (value * weight).quantize(_CENT) for name, value in column.values.items()}
    return found
