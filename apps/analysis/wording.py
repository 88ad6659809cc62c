"""A query and its values in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from apps.analysis.query import Filter, Having, Measure, TableQuery
from apps.analysis.sandbox import literal

_FUNCTIONS = {
    "count": "number of", "count_distinct": "number of different", "sum": "sum of", "avg": "average of",
    "median": "median of", "min": "lowest", "max": "highest", "share": "share of",
}  # fmt: skip
_OPERATORS = {
    "eq": "is", "ne": "is not", "gt": "is more than", "gte": "is at least", "lt": "is less than",
    "lte": "is at most", "contains": "contains",
}  # fmt: skip
_SHOWN_VALUES = 6


def measure_label(measure: Measure) -> str:
    """The heading of a measure: “Sum of Amount”."""
    if not measure.column:
        return "Number of rows"
    return f"{_FUNCTIONS[measure.function].capitalize()} {measure.column}"


def previous_label(query: TableQuery) -> str:
    """“month before” and the like."""
    bucket = next(dimension.bucket for dimension in query.dimensions if dimension.bucket)
    return f"{bucket} before"


def in_words(query: TableQuery) -> str:
    """One sentence that says what was asked, as understood."""
    parts = [_what(query)]
    if query.dimensions:
        by = [f"{part.column} ({part.bucket})" if part.bucket else part.column for part in query.dimensions]
        parts.append(f"by {' and '.join(by)}")
    if query.filters:
        parts.append(f"where {' and '.join(map(_filter, query.filters))}")
    if query.having:
        parts.append(f"with {' and '.join(_having(part, query) for part in query.having)}")
    if query.compare_previous:
        parts.append(f"compared with the {previous_label(query)}")
    if query.order:
        parts.append(_order(query))
    sentence = ", ".join(part for part in parts if part)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _what(query: TableQuery) -> str:
    if query.list_columns:
        return f"the rows, with {', '.join(query.list_columns)}"
    return " and ".join(
        measure_label(measure)[0].lower() + measure_label(measure)[1:] for measure in query.computed
    )


def _filter(part: Filter) -> str:
    shown = [f"“{value}”" for value in part.values[:_SHOWN_VALUES]]
    if len(part.values) > _SHOWN_VALUES:
        shown.append(f"{len(part.values) - _SHOWN_VALUES} more")
    if part.operator in {"is_empty", "not_empty"}:
        return f"{part.column} is {'not ' if part.operator == 'not_empty' else ''}empty"
    if part.operator == "between":
        pairs = zip(part.values[::2], part.values[1::2], strict=True)
        return f"{part.column} is " + " or ".join(f"from {first} to {last}" for first, last in pairs)
    if part.operator in {"in", "not_in"}:
        return f"{part.column} is {'not ' if part.operator == 'not_in' else ''}one of {', '.join(shown)}"
    return f"{part.column} {_OPERATORS[part.operator]} {shown[0]}"


def _having(part: Having, query: TableQuery) -> str:
    label = measure_label(query.computed[part.measure])
    return f"{label[0].lower()}{label[1:]} that {_OPERATORS[part.operator]} {part.value:f}"


def _order(query: TableQuery) -> str:
    first = query.order[0]
    end = f", the first {query.limit}" if query.limit < TableQuery().limit else ""
    if first.by == "dimension":
        name = query.list_columns[first.place] if query.list_columns else query.dimensions[first.place].column
        return f"sorted by {name}{', last first' if first.descending else ''}{end}"
    return f"{'highest' if first.descending else 'lowest'} first{end}"


def statement(sql: str, parameters: Sequence[Any]) -> str:
    """The SQL with its values written in, for reading. It is never run in this form."""
    pieces = _split(sql)
    written = [piece + _value(value) for piece, value in zip(pieces, parameters, strict=False)]
    return "".join([*written, *pieces[len(parameters) :]])


def _split(sql: str) -> list[str]:
    """At the question marks that stand for values: not those in quotes."""
    pieces, current, quote = [], "", ""
    for letter in sql:
        if letter == "?" and not quote:
            pieces.append(current)
            current = ""
            continue
        if letter in "\"'":
            quote = "" if quote == letter else quote or letter
        current += letter
    return [*pieces, current]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return literal(value.isoformat(" ") if isinstance(value, datetime) else value.isoformat())
    return literal(value) if isinstance(value, str) else str(value)
