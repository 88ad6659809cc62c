"""A query and its values in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from apps.analysis.buckets import bucket_name, bucket_word
from apps.analysis.query import CYCLES, Dimension, Filter, Having, Measure, TableQuery
from apps.analysis.sandbox import literal

_FUNCTIONS = {
    "count": "Number of", "count_distinct": "Number of different", "sum": "Total", "avg": "Average",
    "median": "Median", "min": "Lowest", "max": "Highest", "share": "Share of", "rate": "Share of",
    "running_total": "Running total of",
}  # fmt: skip
#: “Total of total”, “Share of Share”: another word where the heading begins with the same.
_OTHERWISE = {
    "sum": ("total", "Sum of"), "share": ("share", "Part of"), "rate": ("share", "Part of"),
    "avg": ("average", "Mean of"), "count": ("number", "Count of"), "median": ("median", "Middle of"),
}  # fmt: skip
_OPERATORS = {
    "eq": "is", "ne": "is not", "gt": "is more than", "gte": "is at least", "lt": "is less than",
    "lte": "is at most", "contains": "contains",
}  # fmt: skip
_OPERATORS_OF_DATES = {"gt": "after", "gte": "from", "lt": "before", "lte": "until"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN_VALUES = 6
_SHOWN_FILTERS = 3


def measure_label(measure: Measure) -> str:
    """The heading of a measure: “Total Amount”, “Number of rows per weekday”."""
    what = measure.column or "rows"
    if measure.takes_away:
        return _formula(measure)
    function = _FUNCTIONS[measure.function]
    word, other = _OTHERWISE.get(measure.function, ("", ""))
    if word and what.casefold().startswith(word):
        function = other
    label = f"{function} {what}"
    if measure.where:
        return f"{label} where {' and '.join(map(_filter, measure.where))}"
    if measure.per is None:
        return label
    per = bucket_word(measure.per.bucket) if measure.per.bucket else measure.per.column
    return f"{label} per {per}"


def _formula(measure: Measure) -> str:
    """“Profit (Revenue − Cost)”, “Margin ((Revenue − Cost) ÷ Revenue)”, “Profit ÷ Revenue”."""
    difference = f"{measure.column} − {measure.less}"
    if measure.function == "difference":
        return f"Profit ({difference})"
    return f"Margin ({f'({difference})' if measure.less else measure.column} ÷ {measure.of})"


def dimension_label(dimension: Dimension) -> str:
    """The heading of a dimension: “Outlet”, “Order date (month)”."""
    return f"{dimension.column} ({bucket_word(dimension.bucket)})" if dimension.bucket else dimension.column


def previous_label(query: TableQuery) -> str:
    """“month before” and the like."""
    bucket = next(part.bucket for part in query.dimensions if part.bucket not in {"", *CYCLES})
    return "year before" if query.a_year_before else f"{bucket_word(bucket)} before"


def title(query: TableQuery) -> str:
    """What an answer shows, in few words: “Average Amount by weekday”, “Total Amount by Outlet, 2025”."""
    if query.list_columns:
        return "Rows"
    by = [bucket_word(part.bucket) if part.bucket else part.column for part in query.dimensions]
    said = measure_label(query.computed[0]) + (f" by {' and '.join(by)}" if by else "")
    return ", ".join([said, *map(_shortly, query.filters[:_SHOWN_FILTERS])])


def _shortly(part: Filter) -> str:
    """“Bugis”, “2025-10-01 to 2025-10-31”; what is longer is said in full."""
    if part.operator in {"eq", "in"} and not part.part:
        return " or ".join(part.values[:_SHOWN_FILTERS])
    return " to ".join(part.values) if part.operator == "between" and len(part.values) == 2 else _filter(part)


def in_words(query: TableQuery) -> str:
    """One sentence that says what was asked, as understood."""
    parts = [_what(query)]
    if query.dimensions:
        parts.append(f"by {' and '.join(map(dimension_label, query.dimensions))}")
    if query.filters:
        parts.append(f"where {' and '.join(map(_filter, query.filters))}")
    if query.having:
        parts.append(f"with {' and '.join(_having(part, query) for part in query.having)}")
    if query.compare_previous:
        parts.append(f"compared with the {previous_label(query)}")
    if query.order:
        parts.append(_order(query))
    sentence = ", ".join(part for part in parts if part)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _what(query: TableQuery) -> str:
    if query.list_columns:
        return f"the rows, with {', '.join(query.list_columns)}"
    return " and ".join(
        measure_label(measure)[0].lower() + measure_label(measure)[1:] for measure in query.computed
    )


def _filter(part: Filter) -> str:
    name = dimension_label(Dimension(column=part.column, bucket=part.part))
    shown = [bucket_name(value, part.part) if part.part else f"“{value}”" for value in part.values]
    if part.operator == "between":
        ends = shown if part.part else part.values
        pairs = zip(ends[::2], ends[1::2], strict=True)
        return f"{name} is " + " or ".join(f"from {first} to {last}" for first, last in pairs)
    if len(shown) > _SHOWN_VALUES:
        shown[_SHOWN_VALUES:] = [f"{len(shown) - _SHOWN_VALUES} more"]
    if part.operator in {"is_empty", "not_empty"}:
        return f"{name} is {'not ' if part.operator == 'not_empty' else ''}empty"
    if part.operator in {"in", "not_in"}:
        return f"{name} is {'not ' if part.operator == 'not_in' else ''}one of {', '.join(shown)}"
    if _DATE.fullmatch(part.values[0]) and part.operator in _OPERATORS_OF_DATES:
        return f"{name} is {_OPERATORS_OF_DATES[part.operator]} {part.values[0]}"
    return f"{name} {_OPERATORS[part.operator]} {shown[0]}"


def _having(part: Having, query: TableQuery) -> str:
    label = measure_label(query.computed[part.measure])
    return f"{label[0].lower()}{label[1:]} that {_OPERATORS[part.operator]} {part.value:f}"


def _order(query: TableQuery) -> str:
    first = query.order[0]
    end = f", the first {query.limit}" if query.limit < TableQuery().limit else ""
    if query.best_of_each:
        end = f", the first {query.best_of_each} of each {dimension_label(query.dimensions[0])}"
    if first.by == "row":
        return f"{'the last of the file first' if first.descending else 'as in the file'}{end}"
    if first.by == "dimension":
        name = query.list_columns[first.place] if query.list_columns else query.dimensions[first.place].column
        return f"sorted by {name}{', last first' if first.descending else ''}{end}"
    what = {"change": "largest change" if first.descending else "smallest change"}
    return f"{what.get(first.by, 'highest' if first.descending else 'lowest')} first{end}"


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
