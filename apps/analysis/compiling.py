"""From a query to SQL: identifiers only from the table's own columns, values only as parameters.

Averages and medians leave the database as their exact parts (sum and count, the two middle values); what is
sorted and compared there is exact too, or as exact as a division of whole numbers.
"""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.analysis.columns import ROW
from apps.analysis.errors import BadQuery
from apps.analysis.filtering import SIGNS, where_of
from apps.analysis.loading import DATA, Loaded
from apps.analysis.query import Dimension, Having, Measure, Order, TableQuery
from apps.analysis.sandbox import identifier

STEPS = {"day": "1 DAY", "week": "7 DAY", "month": "1 MONTH", "quarter": "3 MONTH", "year": "1 YEAR"}
_NEED_NUMBERS = {"sum", "avg", "median", "share"}
#: What must not be added or compared across currencies.
_ACROSS = _NEED_NUMBERS | {"min", "max"}


@dataclass(frozen=True)
class Compiled:
    """A statement with its parameters, and the query that it answers (a currency may have been added)."""

    query: TableQuery
    sql: str
    parameters: tuple[Any, ...]
    used_sql: str
    used_parameters: tuple[Any, ...]
    warnings: tuple[str, ...]


def compiled(query: TableQuery, table: Loaded) -> Compiled:
    """The query as SQL over the table. Raises `BadQuery` with a sentence that names what is wrong."""
    query, warnings = _by_currency(query, table)
    where, values = where_of(query.filters, table)
    kept = f"SELECT * FROM {DATA}{where}"  # noqa: S608
    if query.list_columns:
        sql, parameters = _listing(query, table, where), list(values)
    else:
        sql, parameters = _grouping(query, table, kept, list(values))
    counts = ", ".join(["count(*)", *(_filled(measure, table) for measure in query.computed)])
    used = f"SELECT {counts} FROM ({kept})"  # noqa: S608
    return Compiled(query, sql, tuple(parameters), used, tuple(values), tuple(warnings))


def _by_currency(query: TableQuery, table: Loaded) -> tuple[TableQuery, list[str]]:
    """Amounts in several currencies are grouped by currency, asked for or not."""
    wanted: dict[str, str] = {}
    for measure in query.computed:
        if measure.function in _ACROSS:
            column = table.require(measure.column)
            if column.currency_column:
                wanted.setdefault(column.currency_column, column.name)
    grouped = {table.require(dimension.column).name for dimension in query.dimensions}
    missing = {name: amount for name, amount in wanted.items() if name not in grouped}
    extra = [Dimension(column=name) for name in missing]
    warnings = [
        f"“{amount}” holds several currencies: they are shown side by side and not added."
        for amount in missing.values()
    ]
    if not extra:
        return query, []
    return query.model_copy(update={"dimensions": [*query.dimensions, *extra]}), warnings


def _filled(measure: Measure, table: Loaded) -> str:
    return f"count({identifier(table.require(measure.column).name)})" if measure.column else "count(*)"


def _listing(query: TableQuery, table: Loaded, where: str) -> str:
    names = [identifier(table.require(name).name) for name in query.list_columns]
    shown = ", ".join(f"{name} AS d{place}" for place, name in enumerate(names))
    order = [f"{names[part.place]} {'DESC' if part.descending else 'ASC'} NULLS LAST" for part in query.order]
    by = ", ".join([*order, identifier(ROW)])
    return (
        f"SELECT {shown}, count(*) OVER () AS groups\nFROM {DATA}{where}\nORDER BY {by}\nLIMIT {query.limit}"
    )


def _grouping(query: TableQuery, table: Loaded, kept: str, values: list[Any]) -> tuple[str, list[Any]]:
    keys = [f"{_key(dimension, table)} AS d{place}" for place, dimension in enumerate(query.dimensions)]
    parts = [part for place, measure in enumerate(query.computed) for part in _parts(place, measure, table)]
    groups = f"SELECT {', '.join([*keys, *parts])} FROM kept"  # noqa: S608
    if keys:
        groups += f" GROUP BY {', '.join(f'd{place}' for place in range(len(keys)))}"
    having, tests = _having(query)
    shown = [*(f"g.d{place}" for place in range(len(keys))), *_columns(query, "g"), *_totals(query, table)]
    joined = ""
    if query.compare_previous:
        shown += _columns(query, "p", previous=True)
        joined = f"\nLEFT JOIN groups p ON {_previous(query)}"
    sql = (
        f"WITH kept AS ({kept}),\ngroups AS ({groups})\n"
        f"SELECT {', '.join(shown)}, count(*) OVER () AS groups\nFROM groups g{joined}{having}"
        f"\nORDER BY {_order(query)}\nLIMIT {query.limit}"
    )
    return sql, [*values, *tests]


def _key(dimension: Dimension, table: Loaded) -> str:
    column = table.require(dimension.column)
    name = identifier(column.name)
    if not dimension.bucket:
        return name
    if not column.is_date:
        raise BadQuery(f"“{column.name}” holds no dates, so it cannot be grouped by {dimension.bucket}.")
    return f"CAST(date_trunc('{dimension.bucket}', {name}) AS DATE)"


def _parts(place: int, measure: Measure, table: Loaded) -> list[str]:
    """The exact parts of a measure, as `m<place>`, and `m<place>n` beside it where it takes two."""
    if not measure.column:
        return [f"count(*) AS m{place}"]
    column = table.require(measure.column)
    name, function = identifier(column.name), measure.function
    if function in _NEED_NUMBERS and not column.is_number:
        raise BadQuery(f"“{column.name}” holds no numbers, so its {function} cannot be computed.")
    if function == "count_distinct":
        return [f"count(DISTINCT {name}) AS m{place}"]
    if function == "median":
        ordered = f"list_sort(list({name}) FILTER (WHERE {name} IS NOT NULL))"
        return [
            f"{ordered}[(count({name}) + 1) // 2] AS m{place}",
            f"{ordered}[count({name}) // 2 + 1] AS m{place}n",
        ]
    if function == "avg":
        return [f"sum({name}) AS m{place}", f"count({name}) AS m{place}n"]
    return [f"{'sum' if function == 'share' else function}({name}) AS m{place}"]


def _columns(query: TableQuery, source: str, *, previous: bool = False) -> list[str]:
    name = "p" if previous else "m"
    found = []
    for place, measure in enumerate(query.computed):
        found.append(f"{source}.m{place} AS {name}{place}")
        if measure.function in {"avg", "median"}:
            found.append(f"{source}.m{place}n AS {name}{place}n")
    return found


def _totals(query: TableQuery, table: Loaded) -> list[str]:
    """Of shares, the whole: within each currency, if there are several."""
    found = []
    for place, measure in enumerate(query.computed):
        if measure.function == "share":
            currency = table.require(measure.column).currency_column
            own = [
                f"g.d{number}"
                for number, part in enumerate(query.dimensions)
                if currency and part.column == currency
            ]
            partition = f"PARTITION BY {', '.join(own)}" if own else ""
            found.append(f"sum(g.m{place}) OVER ({partition}) AS t{place}")
    return found


def _having(query: TableQuery) -> tuple[str, list[Any]]:
    tests, values = [], []
    for part in query.having:
        function, sign = query.computed[part.measure].function, SIGNS[part.operator]
        name = f"g.m{part.measure}"
        tests.append(f"{_exact(function, name)} {sign} {_bound(function, name)}")
        values.append(_sql_number(part))
    return (f"\nWHERE {' AND '.join(tests)}" if tests else ""), values


def _exact(function: str, name: str) -> str:
    return f"({name} + {name}n)" if function == "median" else name


def _bound(function: str, name: str) -> str:
    """avg > x is asked as sum > x · n, and a median as twice itself, so that nothing is rounded."""
    if function == "avg":
        return f"CAST(? AS DECIMAL(20, 6)) * {name}n"
    return "2 * CAST(? AS DECIMAL(30, 6))" if function == "median" else "CAST(? AS DECIMAL(38, 6))"


def _sql_number(part: Having) -> str:
    if part.value.is_nan() or abs(part.value) > Decimal(10) ** 13 or part.value != round(part.value, 6):
        raise BadQuery("A limit has at most 13 digits before the point and 6 behind it.")
    return format(part.value, "f")


def _previous(query: TableQuery) -> str:
    tests = []
    for place, dimension in enumerate(query.dimensions):
        step = STEPS.get(dimension.bucket, "")
        if step:
            tests.append(f"p.d{place} = CAST(g.d{place} - INTERVAL {step} AS DATE)")
        else:
            tests.append(f"p.d{place} IS NOT DISTINCT FROM g.d{place}")
    return " AND ".join(tests)


def _order(query: TableQuery) -> str:
    parts = [_order_part(part, query) for part in query.order]
    rest = [f"g.d{place} ASC NULLS LAST" for place in range(len(query.dimensions))]
    return ", ".join([*parts, *rest] or ["1"])


def _order_part(part: Order, query: TableQuery) -> str:
    direction = "DESC" if part.descending else "ASC"
    if part.by == "dimension":
        return f"g.d{part.place} {direction} NULLS LAST"
    measure, name = query.computed[part.place], f"g.m{part.place}"
    if measure.function == "avg":
        # Without the point it is a whole number, and equal averages are equal here too.
        name = f"CAST(replace(CAST({name} AS VARCHAR), '.', '') AS DOUBLE) / {name}n"
    return f"{_exact(measure.function, name)} {direction} NULLS LAST"
