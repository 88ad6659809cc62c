"""One picture of a dataset: drawn by the page, vector in a PDF, native in a presentation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.reporting import ChartSpec, Column, Dataset, Row
from apps.core.reporting.findings import ChartKind, Value
from apps.documents.charts import Chart, Series
from apps.reports.wording import cell_text, heading, local, number_text

#: More points than this cannot be told apart in a picture; the table has them all.
_MOST_POINTS = {"bar": 12, "column": 31, "donut": 8, "funnel": 10, "line": 400, "area": 400}
_FEWEST_POINTS = 2
_SINGLE = {"donut", "funnel"}
#: What a picture becomes when it has days, and more of them than can be told apart.
_LONG: dict[ChartKind, ChartKind] = {"column": "area"}


def drawable(dataset: Dataset) -> ChartSpec | None:
    """The description of the picture; None when there is none to draw.

    Nothing but zeros is no picture, and neither is a single point, which says less than its number.
    """
    spec = dataset.chart
    if spec is None or len(dataset.rows) < _FEWEST_POINTS:
        return None
    columns = [_index(dataset, key) for key in spec.series]
    if not any(row.values[column] for row in dataset.rows for column in columns):
        return None
    is_long = len(dataset.rows) > _MOST_POINTS[spec.kind]
    if is_long and spec.kind in _LONG and dataset.columns[_index(dataset, spec.label)].kind == "day":
        return replace(spec, kind=_LONG[spec.kind])
    return spec


def chart_of(dataset: Dataset, zone: str) -> Chart | None:
    """The picture for files; None when there is none to draw. What is not a number counts as zero."""
    spec = drawable(dataset)
    if spec is None:
        return None
    rows = _points(spec, dataset)
    columns = _columns(spec, dataset)
    return Chart(
        kind=spec.kind,
        title=spec.title or dataset.title,
        categories=tuple(_label(dataset, spec, row, zone) for row in rows),
        series=tuple(
            Series(str(column.label), tuple(_number(row.values[place]) for row in rows))
            for place, column in columns
        ),
        unit=_unit(columns[0][1]),
        note=_note(dataset, len(rows)),
    )


def chart_json(dataset: Dataset, zone: str) -> dict[str, Any] | None:
    """The picture for the page: numbers to draw, and for each the words to show and the rows to open."""
    spec = drawable(dataset)
    if spec is None:
        return None
    rows = _points(spec, dataset)
    return {
        "kind": spec.kind,
        "title": spec.title or dataset.title,
        "labels": [_label(dataset, spec, row, zone) for row in rows],
        "unit": _unit(_columns(spec, dataset)[0][1]),
        "note": _note(dataset, len(rows)),
        "series": [
            {
                "name": heading(column),
                "values": [_json_number(row.values[place]) for row in rows],
                "texts": [_reading(column, row.values[place], zone) for row in rows],
                "urls": [row.urls.get(column.key, row.url) for row in rows],
            }
            for place, column in _columns(spec, dataset)
        ],
    }


def _points(spec: ChartSpec, dataset: Dataset) -> tuple[Row, ...]:
    return dataset.rows[: _MOST_POINTS[spec.kind]]


def _columns(spec: ChartSpec, dataset: Dataset) -> list[tuple[int, Column]]:
    keys = spec.series[:1] if spec.kind in _SINGLE else spec.series
    return [(place, dataset.columns[place]) for place in (_index(dataset, key) for key in keys)]


def _index(dataset: Dataset, key: str) -> int:
    return next(place for place, column in enumerate(dataset.columns) if column.key == key)


def _label(dataset: Dataset, spec: ChartSpec, row: Row, zone: str) -> str:
    """Short: days without their year, which the period states."""
    place = _index(dataset, spec.label)
    value = local(row.values[place], zone)
    if isinstance(value, date | datetime):
        return date_format(value, "j M")
    return cell_text(dataset.columns[place], value, zone)


def _reading(column: Column, value: Value, zone: str) -> str:
    if isinstance(value, int | Decimal):
        return number_text(value, column.kind, column.unit)
    return cell_text(column, value, zone)


def _unit(column: Column) -> str:
    return {"percent": "%", "seconds": "s", "tokens": ""}.get(column.kind, column.unit)


def _note(dataset: Dataset, drawn: int) -> str:
    if drawn == len(dataset.rows):
        return str(dataset.note)
    text = _("The first %(drawn)d of %(all)d; the table has all.")
    return text % {"drawn": drawn, "all": len(dataset.rows)}


def _number(value: Value) -> int | Decimal:
    return value if isinstance(value, int | Decimal) else 0


def _json_number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | Decimal) else None
