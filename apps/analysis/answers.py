"""Asking a loaded table, and what comes back: exact values, and how they came about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any, Literal

from pydantic import BaseModel, Field

from apps.analysis.columns import Column
from apps.analysis.compiling import Compiled, compiled
from apps.analysis.loading import Loaded
from apps.analysis.query import Bucket, Measure, TableQuery
from apps.analysis.wording import in_words, measure_label, previous_label, statement

#: Decimals of an average beyond those of its column, and of a share.
EXTRA_PLACES = 4
CellKind = Literal["text", "integer", "decimal", "date", "datetime", "boolean"]
ColumnRole = Literal["dimension", "measure", "previous", "change", "cell"]


class AnswerColumn(BaseModel):
    """A column of the answer. `unit` is %, an ISO code or ""; `bucket` says what a date stands for."""

    label: str
    role: ColumnRole
    kind: CellKind
    unit: str = ""
    bucket: Bucket = ""
    places: int = 0


class TableAnswer(BaseModel):
    """Rows of exact values as text (1234.50, 2026-10-31; None where there is none), and their proof.

    `groups` is how many there are before the limit. Of the `rows_in_table`, `rows_used` passed the filters;
    `cells_left_out` says for each measured column in how many of these its cell is empty or unreadable.
    """

    query: TableQuery
    words: str
    sql: str
    columns: list[AnswerColumn]
    rows: list[list[str | None]]
    groups: int
    rows_in_table: int
    rows_used: int
    cells_left_out: dict[str, int] = Field(default_factory=dict)
    warnings: list[str] = Field(default_factory=list)
    sheet: str = ""


def ask(table: Loaded, query: TableQuery) -> TableAnswer:
    """Compute the answer. Raises `BadQuery`, `TooMuchData`."""
    plan = compiled(query, table)
    found = table.sandbox.run(plan.sql, plan.parameters)
    used, *filled = table.sandbox.run(plan.used_sql, plan.used_parameters)[0]
    readers = _readers(plan, table)
    asked = plan.query
    return TableAnswer(
        query=asked,
        words=in_words(asked),
        sql=statement(plan.sql, plan.parameters),
        columns=[column for column, _ in readers],
        rows=[[_text(read(row), column) for column, read in readers] for row in found],
        groups=int(found[0][-1]) if found else 0,
        rows_in_table=table.rows,
        rows_used=int(used),
        cells_left_out=_left_out(asked, int(used), filled),
        warnings=[*table.warnings, *plan.warnings, *_column_warnings(asked, table)],
        sheet=table.sheet,
    )


Reader = Callable[[tuple[Any, ...]], Any]


def _readers(plan: Compiled, table: Loaded) -> list[tuple[AnswerColumn, Reader]]:
    """For each column of the answer, how it is read from a row of the database."""
    query = plan.query
    if query.list_columns:
        cells = [table.require(name) for name in query.list_columns]
        return [(_plain(column, "cell"), _at(place)) for place, column in enumerate(cells)]
    found: list[tuple[AnswerColumn, Reader]] = []
    for place, dimension in enumerate(query.dimensions):
        column = _plain(table.require(dimension.column), "dimension")
        if dimension.bucket:
            label = f"{column.label} ({dimension.bucket})"
            column = column.model_copy(update={"kind": "date", "bucket": dimension.bucket, "label": label})
        found.append((column, _at(place)))
    now = _measure_readers(query, table, len(found), shares_at=_shares_at(query))
    found.extend(now)
    if query.compare_previous:
        start = _shares_at(query) + sum(measure.function == "share" for measure in query.computed)
        before = _measure_readers(query, table, start, shares_at=None)
        for measure, (column, read), (_, earlier) in zip(query.computed, now, before, strict=True):
            if measure.function != "share":
                found.extend(_compared(column, read, earlier, query))
    return found


def _compared(
    column: AnswerColumn, read: Reader, earlier: Reader, query: TableQuery
) -> list[tuple[AnswerColumn, Reader]]:
    label = previous_label(query)
    before = column.model_copy(update={"label": f"{column.label}, {label}", "role": "previous"})
    change = AnswerColumn(label=f"{column.label}, change", role="change", kind="decimal", unit="%", places=1)
    return [(before, earlier), (change, lambda row: _change(read(row), earlier(row)))]


def _measure_readers(
    query: TableQuery, table: Loaded, start: int, *, shares_at: int | None
) -> list[tuple[AnswerColumn, Reader]]:
    found: list[tuple[AnswerColumn, Reader]] = []
    place, shares = start, shares_at
    for measure in query.computed:
        source = table.require(measure.column) if measure.column else None
        column = _measured(measure, source)
        if measure.function == "share":
            found.append((column, _share(place, shares, column.places)))
            shares = None if shares is None else shares + 1
        elif measure.function == "avg":
            found.append((column, _average(place, column.places)))
        elif measure.function == "median":
            found.append((column, _middle(place, column.places)))
        else:
            found.append((column, _at(place)))
        place += 2 if measure.function in {"avg", "median"} else 1
    return found


def _shares_at(query: TableQuery) -> int:
    """Where the totals of shares begin in a row of the database."""
    parts = sum(2 if measure.function in {"avg", "median"} else 1 for measure in query.computed)
    return len(query.dimensions) + parts


def _plain(column: Column, role: ColumnRole) -> AnswerColumn:
    return AnswerColumn(label=column.name, role=role, kind=column.kind, unit=column.unit, places=column.scale)


def _measured(measure: Measure, source: Column | None) -> AnswerColumn:
    label = measure_label(measure)
    if source is None or measure.function in {"count", "count_distinct"}:
        return AnswerColumn(label=label, role="measure", kind="integer")
    if measure.function == "share":
        return AnswerColumn(label=label, role="measure", kind="decimal", unit="%", places=EXTRA_PLACES)
    if measure.function == "avg":
        places = source.scale + EXTRA_PLACES
        return AnswerColumn(label=label, role="measure", kind="decimal", unit=source.unit, places=places)
    if measure.function == "median":
        return AnswerColumn(
            label=label, role="measure", kind="decimal", unit=source.unit, places=source.scale + 1
        )
    return _plain(source, "measure").model_copy(update={"label": label})


def _at(place: int) -> Reader:
    return lambda row: row[place]


def _average(place: int, places: int) -> Reader:
    return lambda row: divided(row[place], row[place + 1], places)


def _middle(place: int, places: int) -> Reader:
    def read(row: tuple[Any, ...]) -> Decimal | None:
        low, high = row[place], row[place + 1]
        return None if low is None else divided(Decimal(low) + Decimal(high), 2, places)

    return read


def _share(place: int, total_at: int | None, places: int) -> Reader:
    def read(row: tuple[Any, ...]) -> Decimal | None:
        if total_at is None or row[place] is None:
            return None
        return divided(Decimal(row[place]) * 100, row[total_at], places)

    return read


def divided(number: Any, by: Any, places: int) -> Decimal | None:
    """The quotient, rounded half to even at `places`; None without a divisor."""
    if number is None or not by:
        return None
    with localcontext() as context:
        context.prec = 80
        quotient = Decimal(number) / Decimal(by)
        return quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def _change(now: Any, before: Any) -> Decimal | None:
    """Per cent from a value above zero; from anything else it says nothing."""
    if not isinstance(now, int | Decimal) or not isinstance(before, int | Decimal) or before <= 0:
        return None
    return divided((Decimal(now) - Decimal(before)) * 100, before, 1)


def _text(value: Any, column: AnswerColumn) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime) and column.kind != "date":
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()[:10]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _left_out(query: TableQuery, used: int, filled: list[int]) -> dict[str, int]:
    measured = zip(query.computed, filled, strict=True)
    return {
        measure.column: used - int(count) for measure, count in measured if measure.column and count < used
    }


def _column_warnings(query: TableQuery, table: Loaded) -> list[str]:
    names = {measure.column for measure in query.computed} | {
        dimension.column for dimension in query.dimensions
    }
    names |= {part.column for part in query.filters}
    columns = [column for name in sorted(names - {""}) if (column := table.column(name))]
    found = [f"“{column.name}”: {note}" for column in columns for note in column.notes]
    for measure in query.computed:
        column = table.column(measure.column)
        if measure.function == "sum" and column and column.unit == "%":
            found.append(f"“{column.name}” is in per cent: a sum of it has rarely a meaning.")
    return found
