"""How each measure is computed: exact parts inside the groups, and what is compared and sorted of them.

Quotients and medians leave the database as their exact parts (sum and count, the two middle values); what is
sorted and compared there is exact too, or as exact as a division of whole numbers.
"""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from apps.analysis.errors import BadQuery
from apps.analysis.filtering import SIGNS, condition_of, date_part
from apps.analysis.loading import Loaded
from apps.analysis.query import CYCLES, Dimension, Having, Measure, TableQuery
from apps.analysis.sandbox import identifier

_NEED_NUMBERS = {"sum", "avg", "median", "share", "rate", "running_total", "difference", "ratio"}
#: What must not be added or compared across currencies.
ACROSS = _NEED_NUMBERS | {"min", "max"}


def key(dimension: Dimension, table: Loaded) -> str:
    """What rows are grouped by. Raises `BadQuery`."""
    column = table.require(dimension.column)
    name, bucket = identifier(column.name), dimension.bucket
    if not bucket:
        return name
    if bucket in CYCLES:
        return date_part(column, bucket)
    if not column.is_date:
        raise BadQuery(f"“{column.name}” holds no dates, so it cannot be grouped by {bucket}.")
    if bucket == "half_year":
        return f"make_date(year({name}), CASE WHEN month({name}) < 7 THEN 1 ELSE 7 END, 1)"
    return f"CAST(date_trunc('{bucket}', {name}) AS DATE)"


def takes_two(measure: Measure) -> bool:
    """Whether it leaves the database as two parts: `m<place>` and `m<place>n`."""
    return measure.is_quotient or measure.function == "median"


def parts(place: int, measure: Measure, table: Loaded) -> tuple[list[str], list[Any]]:
    """The exact parts, as `m<place>` and perhaps `m<place>n`, with their parameters. Raises `BadQuery`."""
    if measure.takes_away:
        return _without(place, measure, table), []
    name = _operand(measure, table)
    if measure.function == "rate":
        condition, values = condition_of(measure.where, table)
        return [
            f"coalesce({name} FILTER (WHERE {condition}), 0) AS m{place}",
            f"{name} AS m{place}n",
        ], values
    if measure.function == "median":
        ordered = f"list_sort(list({name}) FILTER (WHERE {name} IS NOT NULL))"
        low, high = f"(count({name}) + 1) // 2", f"count({name}) // 2 + 1"
        return [f"{ordered}[{low}] AS m{place}", f"{ordered}[{high}] AS m{place}n"], []
    if measure.per:
        return [f"{name} AS m{place}", f"count(DISTINCT {key(measure.per, table)}) AS m{place}n"], []
    if measure.function == "avg":
        return [f"sum({name}) AS m{place}", f"count({name}) AS m{place}n"], []
    return [f"{name} AS m{place}"], []


def _without(place: int, measure: Measure, table: Loaded) -> list[str]:
    """Sums of one column without another, of the rows that have both; of a ratio, the whole too."""
    for name in measure.columns:
        _operand(Measure(function="sum", column=name), table)
    columns = [table.require(name) for name in measure.columns]
    units = {column.unit for column in columns} - {""}
    if len(units) > 1 or len({column.currency_column for column in columns}) > 1:
        raise BadQuery(f"{', '.join(f'“{column.name}”' for column in columns)} are not in the same currency.")
    first, *rest = (
        identifier(table.require(name).name) for name in (measure.column, measure.less, measure.of) if name
    )
    value = f"{first} - {rest[0]}" if measure.less else first
    filled = " AND ".join(f"{identifier(column.name)} IS NOT NULL" for column in columns)
    found = [f"sum({value}) FILTER (WHERE {filled}) AS m{place}"]
    return [*found, f"sum({rest[-1]}) FILTER (WHERE {filled}) AS m{place}n"] if measure.of else found


def _operand(measure: Measure, table: Loaded) -> str:
    """The aggregate; of averages and medians, the column that they are of."""
    if not measure.column:
        return "count(*)"
    column = table.require(measure.column)
    name, function = identifier(column.name), measure.function
    if function in _NEED_NUMBERS and not column.is_number:
        raise BadQuery(f"“{column.name}” holds no numbers, so its {function} cannot be computed.")
    if function in {"avg", "median"}:
        return name
    if function == "count_distinct":
        return f"count(DISTINCT {name})"
    return f"{'sum' if function in {'share', 'rate', 'running_total'} else function}({name})"


def windows(query: TableQuery, table: Loaded, own: int) -> list[str]:
    """What is computed over the groups when they are there: the whole of shares and running totals, as
    `t<place>`, and the place of a group among those of its first dimension. The first `own` dimensions were
    asked for; others keep currencies apart.
    """
    currencies = [f"d{place}" for place in range(own, len(query.dimensions))]
    found = []
    for place, measure in enumerate(query.computed):
        if measure.function == "share":
            within = [*(["d0"] if own > 1 else []), *(currencies or _own_currency(measure, query, table))]
            found.append(f"sum(m{place}) OVER ({_partition(within)}) AS t{place}")
        elif measure.function == "running_total":
            time = next(n for n, part in enumerate(query.dimensions) if part.bucket and _is_in_time(part))
            others = [f"d{n}" for n in range(len(query.dimensions)) if n != time]
            order = f"ORDER BY d{time} ASC NULLS LAST ROWS UNBOUNDED PRECEDING"
            found.append(f"sum(m{place}) OVER ({_partition(others)} {order}) AS t{place}")
    return found


def _own_currency(measure: Measure, query: TableQuery, table: Loaded) -> list[str]:
    currency = table.require(measure.column).currency_column if measure.column else ""
    return [f"d{n}" for n, part in enumerate(query.dimensions) if currency and part.column == currency]


def _is_in_time(dimension: Dimension) -> bool:
    return dimension.bucket not in CYCLES


def _partition(names: Sequence[str]) -> str:
    return f"PARTITION BY {', '.join(names)}" if names else ""


def tested(part: Having, measure: Measure, source: str) -> str:
    """A limit on a measure: avg > x is asked as sum > x · n, so that nothing is rounded."""
    name, sign = f"{source}.m{part.measure}", SIGNS[part.operator]
    if measure.function == "median":
        return f"({name} + {name}n) {sign} 2 * CAST(? AS DECIMAL(30, 6))"
    if measure.is_quotient:
        scale = "100 * " if measure.function in {"rate", "ratio"} else ""
        return f"{scale}{name} {sign} CAST(? AS DECIMAL(20, 6)) * {name}n"
    return f"{name} {sign} CAST(? AS DECIMAL(38, 6))"


def bound(part: Having) -> str:
    """The limit as its parameter. Raises `BadQuery` for what would have to be rounded."""
    if part.value.is_nan() or abs(part.value) > Decimal(10) ** 13 or part.value != round(part.value, 6):
        raise BadQuery("A limit has at most 13 digits before the point and 6 behind it.")
    return format(part.value, "f")


def sortable(place: int, measure: Measure, source: str = "g") -> str:
    """What a measure is sorted by; equal quotients are equal here too."""
    prefix = f"{source}." if source else ""
    name = f"{prefix}m{place}"
    if measure.function == "median":
        return f"({name} + {name}n)"
    if measure.function == "running_total":
        return f"{prefix}t{place}"
    if measure.is_quotient:
        # Without the point it is a whole number.
        return f"CAST(replace(CAST({name} AS VARCHAR), '.', '') AS DOUBLE) / nullif({name}n, 0)"
    return name
