"""The numbers above the columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.crm.board.filters import BoardFilters
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead, LeadTally, Stage
from apps.crm.querysets import LeadQuerySet

#: Where leads have to be looked at, counting a column ends here.
EXACT_UP_TO = 1000
#: Words that no more leads than this hold are looked up in the index of words, for all columns at once.
FEW = 5000
#: Of more frequent words, the cards of a column that are looked through from the top.
DEPTH = 5000
_CENT = Decimal("0.01")

#: Stage, currency, leads, value.
Group = tuple[str, str, int, Decimal | None]


class ColumnTotals(BaseModel):
    """How many leads a stage holds, and their worth by currency."""

    status: LeadStatus
    count: int
    is_exact: bool = Field(description="False: there are `count` or more, and the sums are not known.")
    values: dict[str, Decimal] = Field(description="Value by currency; empty when not exact.")
    weighted: dict[str, Decimal] = Field(description="Value times the stage's probability, by currency.")


class Numbers(BaseModel):
    """The totals of every stage. `has_few`: the words that were searched for are rare."""

    by_status: dict[str, ColumnTotals]
    has_few: bool = False


def numbers_of(*, user: User, filters: BoardFilters, stages: Mapping[str, Stage], now: datetime) -> Numbers:
    """The numbers of every stage, over the leads whose sums `user` may read."""
    if not filters.reads_rows:
        return Numbers(by_status=_totals(stages, _tallied(user, filters)))
    found = filters.leads(Lead.objects.visible_to(user), user, stages, now)
    if not filters.finds_words:
        statuses = filters.statuses(stages)
        columns = [some_of(found.filter(status=status), EXACT_UP_TO + 1) for status in statuses]
        return Numbers(by_status=_capped(_totals(stages, _grouped(*columns))))
    few = list(_grouped(some_of(found, FEW + 1)))
    if sum(count for _status, _currency, count, _value in few) <= FEW:
        return Numbers(by_status=_totals(stages, few), has_few=True)
    return Numbers(by_status=_from_the_top(user, filters, stages, now))


def some_of(leads: LeadQuerySet, count: int) -> LeadQuerySet:
    """The leads, but no more than `count` of them, in no order.

    The limit inside keeps PostgreSQL from walking whole columns in their order for a handful of rows.
    """
    return Lead.objects.filter(pk__in=leads.order_by()[:count].values("pk"))


def _tallied(user: User, filters: BoardFilters) -> Iterable[Group]:
    tallies = filters.tallies(LeadTally.objects.visible_to(user), user)
    return tallies.order_by().values_list("status", "currency").annotate(Sum("leads"), Sum("value"))


def _from_the_top(
    user: User, filters: BoardFilters, stages: Mapping[str, Stage], now: datetime
) -> dict[str, ColumnTotals]:
    """Frequent words: the first cards of each column are looked through along the column's own index.

    The words are a condition of the counting, not of the rows: PostgreSQL expects the same number of leads
    for every word, and would look up a frequent one in the index of words too.
    """
    others = filters.but_for_words(Lead.objects.visible_to(user), user, stages, now)
    tops = [
        others.filter(status=status).order_by("-position", "-pk")[:DEPTH].values("pk")
        for status in filters.statuses(stages)
    ]
    columns = [Lead.objects.filter(pk__in=top) for top in tops]
    totals = _capped(_totals(stages, _grouped(*columns, only=filters.words())))
    for status, size in _totals(stages, _tallied(user, filters)).items():
        if size.count > DEPTH:
            _leave_open(totals[status])
    return totals


def _grouped(*parts: LeadQuerySet, only: Q | None = None) -> Iterable[Group]:
    """Count and value of the leads by stage and currency, of those for which `only` is true."""
    count, value = Count("pk", filter=only), Sum("value", filter=only)
    groups = [
        leads.order_by().values_list("status", "currency").annotate(leads=count, worth=value)
        for leads in parts
    ]
    return groups[0].union(*groups[1:], all=True) if groups else []


def _totals(stages: Mapping[str, Stage], groups: Iterable[Group]) -> dict[str, ColumnTotals]:
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


def _capped(totals: dict[str, ColumnTotals]) -> dict[str, ColumnTotals]:
    for column in totals.values():
        if column.count > EXACT_UP_TO:
            column.count = EXACT_UP_TO
            _leave_open(column)
    return totals


def _leave_open(column: ColumnTotals) -> None:
    """There may be more: a sum of some leads would be taken for that of all."""
    column.is_exact, column.values, column.weighted = False, {}, {}
