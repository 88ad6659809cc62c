"""Which rows count: filters as SQL with parameters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.analysis.columns import Column
from apps.analysis.errors import BadQuery
from apps.analysis.loading import Loaded
from apps.analysis.query import Filter
from apps.analysis.sandbox import identifier

SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
#: Parts of dates: what they are called, and the function that gives them.
PARTS = {
    "weekday": ("weekday", "isodow"),
    "month_of_year": ("month of the year", "month"),
    "hour_of_day": ("hour", "hour"),
}
_MOST_DIGITS = 24
_INSTANT = timedelta(microseconds=1)
_FORMS = {"boolean": "true or false", "date": "a date like 2026-10-31", "datetime": "a date like 2026-10-31"}
_BOOLEANS = {"true": True, "false": False}

Test = tuple[str, list[Any]]


def where_of(filters: Iterable[Filter], table: Loaded) -> Test:
    """The WHERE clause ("" without filters) and its parameters. Raises `BadQuery`."""
    condition, values = condition_of(filters, table)
    return (f" WHERE {condition}" if condition else ""), values


def condition_of(filters: Iterable[Filter], table: Loaded) -> Test:
    """What a row must fulfil, all of it, and its parameters. Raises `BadQuery`."""
    tests = [_test(part, table.require(part.column)) for part in filters]
    return " AND ".join(sql for sql, _ in tests), [value for _, values in tests for value in values]


def date_part(column: Column, part: str) -> str:
    """A part of a date as a number. Raises `BadQuery` for what has no such part."""
    name = identifier(column.name)
    if not column.is_date:
        raise BadQuery(f"“{column.name}” holds no dates, so it has no {PARTS[part][0]}.")
    if part == "hour_of_day" and column.kind != "datetime":
        raise BadQuery(f"“{column.name}” holds days without a time, so its hours are not known.")
    return f"CAST({PARTS[part][1]}({name}) AS INTEGER)"


def _test(part: Filter, column: Column) -> Test:
    if part.part:
        return _part_test(part, column)
    name, operator = identifier(column.name), part.operator
    if operator in {"is_empty", "not_empty"}:
        return f"{name} IS {'NOT ' if operator == 'not_empty' else ''}NULL", []
    if operator == "contains":
        return f"contains(lower(CAST({name} AS VARCHAR)), lower(?))", [part.values[0]]
    if operator in {"ne", "not_in"}:
        sql, values = _test(part.model_copy(update={"operator": "in"}), column)
        # An empty cell is not that value either.
        return f"({name} IS NULL OR NOT {sql})", values
    values = [_value(text, column) for text in part.values]
    if column.kind == "datetime":
        return _moments(name, operator, values)
    return _plain(name, operator, values, is_text=column.kind == "text")


def _part_test(part: Filter, column: Column) -> Test:
    """A part of a date is compared as the whole number that it is."""
    name, number = date_part(column, part.part), Column(PARTS[part.part][0], "integer")
    if part.operator in {"ne", "not_in"}:
        sql, values = _part_test(part.model_copy(update={"operator": "in"}), column)
        return f"NOT {sql}", values
    if part.operator in {"is_empty", "not_empty", "contains"}:
        raise BadQuery(f"A {PARTS[part.part][0]} is compared with a number.")
    return _plain(name, part.operator, [_value(text, number) for text in part.values], is_text=False)


def _plain(name: str, operator: str, values: list[Any], *, is_text: bool) -> Test:
    name, mark = (f"lower({name})", "lower(?)") if is_text else (name, "?")
    if operator == "between":
        spans = " OR ".join(f"{name} BETWEEN {mark} AND {mark}" for _ in values[::2])
        return f"({spans})", values
    if operator == "in":
        return f"({name} IN ({', '.join(mark for _ in values)}))", values
    return f"{name} {SIGNS[operator]} {mark}", values


def _moments(name: str, operator: str, values: list[Any]) -> Test:
    """A day stands for all its hours; what has a time of day means that moment."""
    spans = [_span(value) for value in values]
    first, after = spans[0]
    if operator in {"gte", "lt"}:
        return f"{name} {SIGNS[operator]} ?", [first]
    if operator in {"gt", "lte"}:
        return f"{name} {'>=' if operator == 'gt' else '<'} ?", [after]
    if operator == "between":
        spans = [(start[0], end[1]) for start, end in zip(spans[::2], spans[1::2], strict=True)]
    tests = " OR ".join(f"({name} >= ? AND {name} < ?)" for _ in spans)
    return f"({tests})", [moment for span in spans for moment in span]


def _span(value: date) -> tuple[datetime, datetime]:
    """The first moment, and the first one after."""
    if isinstance(value, datetime):
        return value, value + _INSTANT
    start = datetime.combine(value, time.min)
    return start, start + timedelta(days=1)


def _value(text: str, column: Column) -> Any:
    """A value as the column's type. Raises `BadQuery`."""
    plain = text.strip()
    try:
        if column.is_number:
            return _number(plain)
        if column.kind == "date":
            return date.fromisoformat(plain[:10])
        if column.kind == "datetime":
            return (
                date.fromisoformat(plain)
                if len(plain) == 10
                else datetime.fromisoformat(plain).replace(tzinfo=None)
            )
        if column.kind == "boolean":
            return _BOOLEANS[plain.casefold()]
    except (InvalidOperation, ValueError, KeyError, OverflowError) as error:
        form = _FORMS.get(column.kind, "a number")
        raise BadQuery(f"“{column.name}” is compared with {form}, not with “{plain[:60]}”.") from error
    return text


def _number(text: str) -> Decimal:
    number = Decimal(text.replace(",", "").rstrip("% "))
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS or number != round(number, 12):
        raise InvalidOperation
    return number
