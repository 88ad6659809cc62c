"""An answer as people see it: cells with units, a chart, a sheet."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from apps.analysis.answers import AnswerColumn, TableAnswer
from apps.analysis.buckets import bucket_name
from apps.analysis.query import CYCLES
from apps.analysis.wording import title
from apps.documents.charts import Chart, ChartKind, Series
from apps.documents.content import Column, ColumnKind, Table
from apps.documents.numbers import Value, rounded

MOST_POINTS: dict[str, int] = {"bar": 14, "column": 24, "line": 120, "area": 120, "donut": 8}
FEWEST_POINTS = 2
MOST_SERIES = 5
#: More names than this side by side are no picture.
MOST_NAMES = 12
#: Parts of a whole that can still be told apart in a ring.
MOST_SLICES = 6
#: Columns of a table that can still be read on a small screen.
MOST_ACROSS = 6
_EMPTY = "(empty)"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|“”\x00-\x1f]+')


def cell(text: str | None, column: AnswerColumn) -> str:
    """A value as a reader sees it: SGD 1,234.50, 12.5 %, Oct 2026."""
    if text is None:
        return _EMPTY if column.role == "dimension" else "–"
    if column.bucket:
        return bucket_name(text, column.bucket)
    if column.kind in {"integer", "decimal"}:
        return number(Decimal(text), column)
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


def headline(answer: TableAnswer, *, longest: int = 120) -> str:
    """What the answer shows, as a title: “Average Amount by weekday”."""
    said = title(answer.query)
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"


def file_stem(answer: TableAnswer) -> str:
    """The same as the name of a file: “Average amount by weekday”. Values keep their capitals."""
    named = {column.label for column in answer.columns}
    words = headline(answer, longest=80).split(" ")
    known = {word for label in named for word in label.split(" ")}
    plain = [word.lower() if word.rstrip(",") in known and word.istitle() else word for word in words[1:]]
    return _NOT_IN_NAMES.sub(" ", " ".join([words[0], *plain])).strip(" .") or "Answer"


def grid(answer: TableAnswer) -> tuple[list[str], list[list[str]]] | None:
    """Headings and rows with the second dimension across; None when the answer is not of two dimensions, or
    too wide.
    """
    roles = [column.role for column in answer.columns]
    if roles != ["dimension", "dimension", "measure"] or answer.query.best_of_each:
        return None
    first, second, measure = answer.columns
    across = list(dict.fromkeys(row[1] for row in sorted(answer.rows, key=lambda row: row[1] or "\uffff")))
    found = {(row[0], row[1]): row[2] for row in answer.rows}
    if not 1 < len(across) <= MOST_ACROSS or len(answer.rows) < answer.groups:
        return None
    down = list(dict.fromkeys(row[0] for row in answer.rows))
    rows = [[cell(one, first), *(cell(found.get((one, other)), measure) for other in across)] for one in down]
    return [first.label, *(cell(other, second) for other in across)], rows


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
    if column.bucket in CYCLES:
        return "text"
    if column.kind in {"integer", "decimal"}:
        if column.unit == "%":
            return "percent"
        return "money" if column.unit else "number"
    return "date" if column.kind in {"date", "datetime"} else "text"


def _value(text: str | None, column: AnswerColumn) -> Value:
    if text is None:
        return None
    if column.bucket in CYCLES:
        return bucket_name(text, column.bucket)
    if column.kind == "integer":
        return int(text)
    if column.kind == "decimal":
        return Decimal(text)
    if column.kind == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if column.kind == "datetime" else text


def best_kind(answer: TableAnswer) -> ChartKind | None:
    """The picture that suits the answer; None when a picture would say nothing."""
    by = [place for place, column in enumerate(answer.columns) if column.role == "dimension"]
    measures = [column for column in answer.columns if column.role == "measure"]
    if not 1 <= len(by) <= 2 or not measures or not measures[0].is_number:
        return None
    points = len({row[by[0]] for row in answer.rows})
    bucket = answer.columns[by[0]].bucket
    if len(answer.rows) < FEWEST_POINTS:
        return None
    if len(by) > 1 and len({row[by[1]] for row in answer.rows}) > MOST_NAMES:
        return None
    if bucket:
        is_ranked = any(part.by != "dimension" for part in answer.query.order)
        is_line = bucket not in CYCLES and bucket != "year" and points > FEWEST_POINTS and not is_ranked
        return "line" if is_line else "column"
    is_whole = answer.query.computed[0].function == "share" and answer.groups == len(answer.rows)
    return "donut" if is_whole and len(by) == 1 and points <= MOST_SLICES else "bar"


def chart(answer: TableAnswer, kind: ChartKind | None, heading: str) -> Chart | None:
    """The first measure by the first dimension, with the second as series; None when nothing can be drawn."""
    best = best_kind(answer)
    if best is None:
        return None
    kind = kind or best
    measure = next(n for n, column in enumerate(answer.columns) if column.role == "measure")
    column = answer.columns[measure]
    points = _points(answer, measure)
    names = list(dict.fromkeys(name for point in points.values() for name in point))
    is_negative = any(value < 0 for point in points.values() for value in point.values())
    if kind == "donut" and (len(names) > 1 or is_negative):
        kind = "bar"
    shown, drawn = list(points)[: MOST_POINTS[kind]], names[:MOST_SERIES]
    return Chart(
        kind=kind,
        title=heading,
        categories=tuple(shown),
        series=tuple(
            Series(name, tuple(points[point].get(name, Decimal(0)) for point in shown)) for name in drawn
        ),
        unit=column.unit if len(column.unit) == 3 or column.unit == "%" else "",
        note=_cut((len(shown), len(points)), (len(drawn), len(names))),
    )


def _points(answer: TableAnswer, measure: int) -> dict[str, dict[str, Decimal]]:
    """The values of a measure by the first dimension, and in there by the second, or the measure's name."""
    by = [place for place, column in enumerate(answer.columns) if column.role == "dimension"]
    found: dict[str, dict[str, Decimal]] = {}
    for row in answer.rows:
        point = found.setdefault(cell(row[by[0]], answer.columns[by[0]]), {})
        name = cell(row[by[1]], answer.columns[by[1]]) if len(by) > 1 else answer.columns[measure].label
        point[name] = point.get(name, Decimal(0)) + Decimal(row[measure] or 0)
    return found


def _cut(points: tuple[int, int], series: tuple[int, int]) -> str:
    """What a picture leaves out, below it."""
    cut = [
        f"the first {shown} of {there} {what}"
        for what, (shown, there) in (("groups", points), ("series", series))
        if shown < there
    ]
    said = " and ".join(cut)
    return f"{said[:1].upper()}{said[1:]}." if cut else ""
