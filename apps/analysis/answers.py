"""Asking a loaded table, and what comes back: exact values, and how they came about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from apps.analysis.columns import Column
from apps.analysis.compiling import Compiled, compiled
from apps.analysis.loading import Loaded
from apps.analysis.query import CYCLES, OVER_GROUPS, Bucket, Measure, TableQuery
from apps.analysis.wording import dimension_label, in_words, measure_label, previous_label, statement

#: Decimals of an average beyond those of its column, and of a share.
EXTRA_PLACES = 4
#: Twice the digits that a column can have.
_EXACT = Context(prec=80)
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

    @property
    def is_number(self) -> bool:
        """Whether it can be drawn, and stands to the right."""
        return self.kind in {"integer", "decimal"} and not self.bucket


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
            kind: CellKind = "integer" if dimension.bucket in CYCLES else "date"
            label = dimension_label(dimension)
            column = column.model_copy(update={"kind": kind, "bucket": dimension.bucket, "label": label})
        found.append((column, _at(place)))
    measured = [_heading(measure, table) for measure in query.computed]
    now = [_reader(plan, place, column) for place, column in enumerate(measured)]
    found.extend(zip(measured, now, strict=True))
    if query.compare_previous:
        for place, (column, read) in enumerate(zip(measured, now, strict=True)):
            if query.computed[place].function not in OVER_GROUPS:
                found.extend(_compared(column, read, _reader(plan, place, column, "p"), query))
    return found


def _compared(
    column: AnswerColumn, read: Reader, earlier: Reader, query: TableQuery
) -> list[tuple[AnswerColumn, Reader]]:
    label = previous_label(query)
    before = column.model_copy(update={"label": f"{column.label}, {label}", "role": "previous"})
    change = AnswerColumn(label=f"{column.label}, change", role="change", kind="decimal", unit="%", places=1)
    return [(before, earlier), (change, lambda row: _change(read(row), earlier(row)))]


def _reader(plan: Compiled, place: int, column: AnswerColumn, letter: str = "m") -> Reader:
    """How a measure is put together from its exact parts."""
    measure, at = plan.query.computed[place], plan.names.index
    part = at(f"{letter}{place}")
    if measure.function == "median":
        return _middle(part, column.places)
    if measure.is_quotient:
        times = 100 if measure.function in {"rate", "ratio"} else 1
        return _quotient(part, at(f"{letter}{place}n"), column.places, times)
    if measure.function == "share":
        return _quotient(part, at(f"t{place}"), column.places, 100)
    return _at(at(f"t{place}") if measure.function == "running_total" else part)


def _heading(measure: Measure, table: Loaded) -> AnswerColumn:
    if measure.function == "difference":
        first, less = table.require(measure.column), table.require(measure.less)
        finer = max(first, less, key=lambda column: (column.kind == "decimal", column.scale))
        return _plain(finer, "measure").model_copy(
            update={"label": measure_label(measure), "unit": first.unit}
        )
    return _measured(measure, table.require(measure.column) if measure.column else None)


def _plain(column: Column, role: ColumnRole) -> AnswerColumn:
    return AnswerColumn(label=column.name, role=role, kind=column.kind, unit=column.unit, places=column.scale)


def _measured(measure: Measure, source: Column | None) -> AnswerColumn:
    """The heading of a measure, and what its values are."""
    label, function = measure_label(measure), measure.function
    if source and source.is_date and function in {"min", "max"}:
        label = f"{'Earliest' if function == 'min' else 'Latest'} {source.name}"
    scale, unit = (source.scale, source.unit) if source else (0, "")
    if function in {"share", "rate", "ratio"}:
        return AnswerColumn(label=label, role="measure", kind="decimal", unit="%", places=EXTRA_PLACES)
    if source is None or function in {"count", "count_distinct"}:
        unit = ""
    if measure.is_quotient or function == "median":
        places = scale + (1 if function == "median" else EXTRA_PLACES)
        return AnswerColumn(label=label, role="measure", kind="decimal", unit=unit, places=places)
    if source is None or function in {"count", "count_distinct"}:
        return AnswerColumn(label=label, role="measure", kind="integer")
    return _plain(source, "measure").model_copy(update={"label": label})


def _at(place: int) -> Reader:
    return lambda row: row[place]


def _quotient(part: int, whole: int, places: int, times: int) -> Reader:
    def read(row: tuple[Any, ...]) -> Decimal | None:
        if row[part] is None:
            return None
        return divided(_EXACT.multiply(Decimal(row[part]), times), row[whole], places)

    return read


def _middle(place: int, places: int) -> Reader:
    def read(row: tuple[Any, ...]) -> Decimal | None:
        low, high = row[place], row[place + 1]
        return None if low is None else divided(_EXACT.add(Decimal(low), Decimal(high)), 2, places)

    return read


def divided(number: Any, by: Any, places: int) -> Decimal | None:
    """The quotient, rounded half to even at `places`; None without a divisor."""
    if number is None or not by:
        return None
    quotient = _EXACT.divide(Decimal(number), Decimal(by))
    return quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)


def _change(now: Any, before: Any) -> Decimal | None:
    """Per cent from a value above zero; from anything else it says nothing."""
    if not isinstance(now, int | Decimal) or not isinstance(before, int | Decimal) or before <= 0:
        return None
    difference = _EXACT.subtract(Decimal(now), Decimal(before))
    return divided(_EXACT.multiply(difference, 100), before, 1)


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
        " or ".join(measure.columns): used - int(count)
        for measure, count in measured
        if measure.columns and count < used
    }


def _column_warnings(query: TableQuery, table: Loaded) -> list[str]:
    names = {name for measure in query.computed for name in measure.columns}
    names |= {dimension.column for dimension in query.dimensions}
    names |= {part.column for part in query.filters}
    columns = [column for name in sorted(names - {""}) if (column := table.column(name))]
    found = [f"“{column.name}”: {note}" for column in columns for note in column.notes]
    for measure in query.computed:
        column = table.column(measure.column)
        if measure.function == "sum" and column and column.unit == "%":
            found.append(f"“{column.name}” is in per cent: a sum of it has rarely a meaning.")
    return found
