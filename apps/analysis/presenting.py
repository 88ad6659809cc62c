"""An answer as people see it: cells with units, a chart, a sheet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from apps.analysis.answers import AnswerColumn, TableAnswer
from apps.documents.charts import Chart, ChartKind, Series
from apps.documents.content import Column, ColumnKind, Table
from apps.documents.numbers import Value, rounded

MOST_POINTS: dict[str, int] = {"bar": 14, "column": 24, "line": 120, "area": 120, "donut": 8}
FEWEST_POINTS = 2
MOST_SERIES = 5
_EMPTY = "(empty)"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def cell(text: str | None, column: AnswerColumn) -> str:
    """A value as a reader sees it: SGD 1,234.50, 12.5 %, Oct 2026."""
    if text is None:
        return _EMPTY if column.role == "dimension" else "–"
    if column.kind in {"integer", "decimal"}:
        return number(Decimal(text), column)
    if column.bucket:
        return bucket_name(date.fromisoformat(text), column.bucket)
    return {"true": "yes", "false": "no"}[text] if column.kind == "boolean" else text


def number(value: Decimal, column: AnswerColumn) -> str:
    """With grouped digits. Computed averages and shares are shown with few decimals; they are in the file
    whole.
    """
    places = _places(value, column)
    text = f"{rounded(value, places):,f}".replace("-", "−")
    if column.unit == "%":
        return f"{text} %"
    return f"{column.unit} {text}".strip()


def _places(value: Decimal, column: AnswerColumn) -> int:
    if column.kind == "integer":
        return 0
    if column.role == "change" or column.unit == "%":
        return min(column.places, 2)
    exact = max(-int(value.normalize().as_tuple().exponent), 0)
    if exact <= 2:
        return 2 if column.unit or exact else 0
    return min(exact, 2 if abs(value) >= 1 and column.places > exact - 1 and column.role == "measure" else 6)


def bucket_name(day: date, bucket: str) -> str:
    """What a date that begins a bucket is called."""
    if bucket == "year":
        return str(day.year)
    if bucket == "quarter":
        return f"Q{(day.month + 2) // 3} {day.year}"
    if bucket == "month":
        return f"{_MONTHS[day.month - 1]} {day.year}"
    name = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"week of {name}" if bucket == "week" else name


def sheet(answer: TableAnswer) -> Table:
    """All rows with exact values, for a file."""
    return Table(
        columns=tuple(Column(column.label, _file_kind(column), column.unit) for column in answer.columns),
        rows=tuple(
            tuple(_value(text, column) for text, column in zip(row, answer.columns, strict=True))
            for row in answer.rows
        ),
    )


def _file_kind(column: AnswerColumn) -> ColumnKind:
    if column.kind in {"integer", "decimal"}:
        if column.unit == "%":
            return "percent"
        return "money" if column.unit else "number"
    return "date" if column.kind in {"date", "datetime"} else "text"


def _value(text: str | None, column: AnswerColumn) -> Value:
    if text is None:
        return None
    if column.kind == "integer":
        return int(text)
    if column.kind == "decimal":
        return Decimal(text)
    if column.kind == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if column.kind == "datetime" else text


def best_kind(answer: TableAnswer) -> ChartKind | None:
    """The picture that suits the answer; None when a picture would say nothing."""
    dimensions = [column for column in answer.columns if column.role == "dimension"]
    measures = [column for column in answer.columns if column.role == "measure"]
    if not 1 <= len(dimensions) <= 2 or not measures or len(answer.rows) < FEWEST_POINTS:
        return None
    if dimensions[0].bucket and dimensions[0].bucket != "year":
        return "line" if len(answer.rows) > FEWEST_POINTS else "column"
    return "column" if dimensions[0].bucket else "bar"


def chart(answer: TableAnswer, kind: ChartKind | None, title: str) -> Chart | None:
    """The first measure by the first dimension, with the second as series; None when nothing can be drawn."""
    kind = kind or best_kind(answer)
    if kind is None or best_kind(answer) is None:
        return None
    places = {
        role: [n for n, column in enumerate(answer.columns) if column.role == role]
        for role in ("dimension", "measure")
    }
    by, measure = places["dimension"], places["measure"][0]
    column = answer.columns[measure]
    points: dict[str, dict[str, Decimal]] = {}
    for row in answer.rows:
        point = points.setdefault(cell(row[by[0]], answer.columns[by[0]]), {})
        name = cell(row[by[1]], answer.columns[by[1]]) if len(by) > 1 else column.label
        point[name] = point.get(name, Decimal(0)) + Decimal(row[measure] or 0)
    names = list(dict.fromkeys(name for point in points.values() for name in point))[:MOST_SERIES]
    if kind == "donut" and (
        len(names) > 1 or any(value < 0 for point in points.values() for value in point.values())
    ):
        kind = "bar"
    shown = list(points)[: MOST_POINTS[kind]]
    return Chart(
        kind=kind,
        title=title,
        categories=tuple(shown),
        series=tuple(
            Series(name, tuple(points[point].get(name, Decimal(0)) for point in shown)) for name in names
        ),
        unit=column.unit if len(column.unit) == 3 or column.unit == "%" else "",
        note="" if len(shown) == len(points) else f"The first {len(shown)} of {len(points)}.",
    )
