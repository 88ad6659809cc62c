"""Several groupings of the same rows in one pass over them, and the median."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, FloatField, QuerySet

#: The columns by which rows are put together; () puts all of them into one group.
Group = tuple[str, ...]
#: A group: the values of its columns, and its measures.
Total = dict[str, Any]


class Median(Aggregate):
    """The value in the middle, between the two middle ones if there are two; None without rows."""

    function = "PERCENTILE_CONT"
    name = "Median"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()
    arity = 1


def totals_by(
    rows: QuerySet[Any, Any], *, groups: Sequence[Group], measures: Mapping[str, str]
) -> dict[Group, list[Total]]:
    """The totals of `rows` (a `.values(…)` with all columns that are named here) for each of `groups`.

    `measures` are SQL aggregates over those columns. PostgreSQL reads the rows once, however many groupings
    there are; where there are very many rows, hand in sums by all columns and add up the sums. The order of
    the totals is not defined; a grouping of no rows has none, except that () may have one of zeros and nulls.
    """
    try:
        inner, params = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return {group: [] for group in groups}
    columns = list(dict.fromkeys(chain(*groups)))
    # Every part of the statement is written in code or compiled by Django; values travel as parameters.
    statement = f"""
        SELECT GROUPING({_listed(columns)}), {_listed(columns)},
               {", ".join(f'{sql} AS "{name}"' for name, sql in measures.items())}
        FROM ({inner}) AS counted
        GROUP BY GROUPING SETS ({", ".join(f"({_listed(group)})" for group in groups)})
    """  # noqa: S608
    found: dict[Group, list[Total]] = {group: [] for group in groups}
    by_mask = {_mask(group, columns): group for group in groups}
    names = [*columns, *measures]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for mask, *values in cursor.fetchall():
            group = by_mask[mask]
            total = dict(zip(names, values, strict=True))
            found[group].append({name: total[name] for name in (*group, *measures)})
    return found


def _mask(group: Group, columns: Sequence[str]) -> int:
    """What GROUPING() says of a row of `group`: a bit for each column that is not part of it."""
    return int("".join("0" if column in group else "1" for column in columns), 2)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
