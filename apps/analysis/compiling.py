"""From a query to SQL: identifiers only from the table's own columns, values only as parameters."""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.analysis.columns import ROW
from apps.analysis.filtering import where_of
from apps.analysis.loading import DATA, Loaded
from apps.analysis.measuring import ACROSS, bound, key, parts, sortable, takes_two, tested, windows
from apps.analysis.query import OVER_GROUPS, Dimension, Measure, Order, TableQuery
from apps.analysis.sandbox import identifier

STEPS = {
    "day": "1 DAY", "week": "7 DAY", "month": "1 MONTH", "quarter": "3 MONTH", "half_year": "6 MONTH",
    "year": "1 YEAR",
}  # fmt: skip


@dataclass(frozen=True)
class Compiled:
    """A statement with its parameters, and the query that it answers (a currency may have been added).

    `names` are those of the statement's columns: `d0` … the dimensions or cells, `m0` … the measures with
    `m0n` where they leave in two parts, `t0` … what was computed over all groups, `p0` … the bucket before.
    The last one is the number of groups.
    """

    query: TableQuery
    sql: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    used_sql: str
    used_parameters: tuple[Any, ...]
    warnings: tuple[str, ...]


def compiled(query: TableQuery, table: Loaded) -> Compiled:
    """The query as SQL over the table. Raises `BadQuery` with a sentence that names what is wrong."""
    asked = len(query.dimensions)
    query, warnings = _by_currency(query, table)
    where, values = where_of(query.filters, table)
    kept = f"SELECT * FROM {DATA}{where}"  # noqa: S608
    if query.list_columns:
        sql, parameters, names = _listing(query, table, where), list(values), _cells(query)
    else:
        names = _names(query)
        sql, added = _grouping(query, table, kept, asked)
        parameters = [*values, *added]
    counts = ", ".join(["count(*)", *(_filled(measure, table) for measure in query.computed)])
    used = f"SELECT {counts} FROM ({kept})"  # noqa: S608
    return Compiled(query, sql, tuple(parameters), names, used, tuple(values), tuple(warnings))


def _by_currency(query: TableQuery, table: Loaded) -> tuple[TableQuery, list[str]]:
    """Amounts in several currencies are grouped by currency, asked for or not."""
    wanted: dict[str, str] = {}
    for measure in query.computed:
        if measure.function in ACROSS and measure.column:
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
    filled = " AND ".join(f"{identifier(table.require(name).name)} IS NOT NULL" for name in measure.columns)
    return f"count(*) FILTER (WHERE {filled})" if filled else "count(*)"


def _cells(query: TableQuery) -> tuple[str, ...]:
    return tuple(f"d{place}" for place in range(len(query.list_columns)))


def _listing(query: TableQuery, table: Loaded, where: str) -> str:
    names = [identifier(table.require(name).name) for name in query.list_columns]
    shown = ", ".join(f"{name} AS d{place}" for place, name in enumerate(names))
    order = [
        f"{identifier(ROW) if part.by == 'row' else names[part.place]} {_direction(part)} NULLS LAST"
        for part in query.order
    ]
    by = ", ".join([*order, identifier(ROW)])
    return (
        f"SELECT {shown}, count(*) OVER () AS groups\nFROM {DATA}{where}\nORDER BY {by}\nLIMIT {query.limit}"
    )


def _names(query: TableQuery) -> tuple[str, ...]:
    """The columns of a statement that groups."""
    now = _measured(query, "m")
    over = [f"t{place}" for place, part in enumerate(query.computed) if part.function in OVER_GROUPS]
    before = _measured(query, "p") if query.compare_previous else []
    return (*(f"d{place}" for place in range(len(query.dimensions))), *now, *over, *before)


def _measured(query: TableQuery, letter: str) -> list[str]:
    found = []
    for place, measure in enumerate(query.computed):
        found += [f"{letter}{place}", f"{letter}{place}n"] if takes_two(measure) else [f"{letter}{place}"]
    return found


def _grouping(query: TableQuery, table: Loaded, kept: str, asked: int) -> tuple[str, list[Any]]:
    groups, values = _groups(query, table)
    over = [*windows(query, table, asked), *_ranks(query)]
    source = "groups"
    if over:
        source = "ranked"
        groups += f"),\nranked AS (SELECT *, {', '.join(over)} FROM groups"  # noqa: S608
    tests = [tested(part, query.computed[part.measure], "g") for part in query.having]
    tests += [f"g.place <= {query.best_of_each}"] if query.best_of_each else []
    shown = [f"p.m{name[1:]} AS {name}" if name[0] == "p" else f"g.{name}" for name in _names(query)]
    condition = f"\nWHERE {' AND '.join(tests)}" if tests else ""
    joined = f"\nLEFT JOIN groups p ON {_previous(query)}" if query.compare_previous else ""
    sql = (
        f"WITH kept AS ({kept}),\ngroups AS ({groups})\n"
        f"SELECT {', '.join([*shown, 'count(*) OVER () AS groups'])}\nFROM {source} g{joined}{condition}"
        f"\nORDER BY {_order(query)}\nLIMIT {query.limit}"
    )
    return sql, [*values, *(bound(part) for part in query.having)]


def _groups(query: TableQuery, table: Loaded) -> tuple[str, list[Any]]:
    """Every group with the exact parts of its measures."""
    selected = [f"{key(part, table)} AS d{place}" for place, part in enumerate(query.dimensions)]
    values: list[Any] = []
    for place, measure in enumerate(query.computed):
        found, own = parts(place, measure, table)
        selected += found
        values += own
    by = ", ".join(f"d{place}" for place in range(len(query.dimensions)))
    return f"SELECT {', '.join(selected)} FROM kept{f' GROUP BY {by}' if by else ''}", values  # noqa: S608


def _ranks(query: TableQuery) -> list[str]:
    """The place of a group among those of the same first dimension."""
    if not query.best_of_each:
        return []
    first = next((part for part in query.order if part.by == "measure"), Order())
    by = f"{sortable(first.place, query.computed[first.place], '')} {_direction(first)} NULLS LAST"
    rest = ", ".join(f"d{place} ASC NULLS LAST" for place in range(1, len(query.dimensions)))
    return [f"row_number() OVER (PARTITION BY d0 ORDER BY {by}, {rest}) AS place"]


def _previous(query: TableQuery) -> str:
    tests = []
    for place, dimension in enumerate(query.dimensions):
        step = STEPS.get(dimension.bucket, "")
        if step and query.a_year_before:
            # Of weeks, the one with the same weekdays.
            step = "364 DAY" if dimension.bucket == "week" else STEPS["year"]
        if step:
            tests.append(f"p.d{place} = CAST(g.d{place} - INTERVAL {step} AS DATE)")
        else:
            tests.append(f"p.d{place} IS NOT DISTINCT FROM g.d{place}")
    return " AND ".join(tests)


def _order(query: TableQuery) -> str:
    ordered = [f"{_sorted_by(part, query)} {_direction(part)} NULLS LAST" for part in query.order]
    if query.best_of_each:
        ordered.insert(0, "g.d0 ASC NULLS LAST")
    rest = [f"g.d{place} ASC NULLS LAST" for place in range(len(query.dimensions))]
    return ", ".join([*ordered, *rest] or ["1"])


def _sorted_by(part: Order, query: TableQuery) -> str:
    if part.by == "dimension":
        return f"g.d{part.place}"
    measure = query.computed[part.place]
    now = sortable(part.place, measure)
    if part.by == "measure":
        return now
    before = sortable(part.place, measure, "p")
    return f"CASE WHEN {before} > 0 THEN CAST({now} AS DOUBLE) / {before} END"


def _direction(part: Order) -> str:
    return "DESC" if part.descending else "ASC"
