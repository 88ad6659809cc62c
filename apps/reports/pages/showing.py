"""An answer as the page shows it: texts, links and pictures, no computing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from apps.core.reporting import Column, Dataset, Row, Tile
from apps.core.reporting.findings import Value
from apps.documents.charts_svg import to_svg
from apps.reports.answers import Answer
from apps.reports.charts import chart_json, chart_of
from apps.reports.wording import Mood, before_text, cell_text, change_text, heading, local, mood, tile_text

#: A page shows so many rows of a table; files have all.
ROWS_SHOWN = 200
#: Columns of a table that stands beside its picture.
_NARROW = 3
_TONES = {"good": "good", "bad": "bad", "neutral": "muted"}
#: Kinds whose numbers are the rows that the row's address opens.
_COUNTED = {"count", "money"}


@dataclass(frozen=True)
class TileView:
    """A number with its change in words. `tone` colours the change."""

    label: str
    value: str
    change: str
    before: str
    tone: str
    note: str
    url: str


@dataclass(frozen=True)
class CellView:
    """A cell. `sort` is what it is sorted by; `url` opens the rows behind it; `style` is its class."""

    text: str
    sort: str
    url: str
    style: str


@dataclass(frozen=True)
class DatasetView:
    """A table and its picture; `hidden` is how many rows are only in the files."""

    key: str
    title: str
    note: str
    empty: str
    headings: list[tuple[str, bool]]
    rows: list[list[CellView]]
    total: list[CellView]
    hidden: int
    count: int
    chart: dict[str, Any] | None
    svg: SafeString | None

    @property
    def is_narrow(self) -> bool:
        """Whether the table has room beside the picture."""
        return self.chart is not None and len(self.headings) <= _NARROW


@dataclass(frozen=True)
class GroupView:
    """Tiles and tables under one heading, which may be empty."""

    title: str
    tiles: list[TileView]
    datasets: list[DatasetView]


def groups(answer: Answer) -> list[GroupView]:
    """The parts of the page in their order."""
    found = answer.findings
    return [
        GroupView(
            title=group,
            tiles=[_tile(tile, answer) for tile in found.tiles if tile.group == group],
            datasets=[_dataset(item, answer.zone) for item in found.datasets if item.group == group],
        )
        for group in answer.groups
    ]


def _tile(tile: Tile, answer: Answer) -> TileView:
    feeling: Mood = mood(tile)
    return TileView(
        label=str(tile.label),
        value=tile_text(tile, tile.value, answer.zone),
        change=change_text(tile),
        before=before_text(tile, answer.compared_with, answer.zone),
        tone=_TONES[feeling],
        note=str(tile.note),
        url=tile.url,
    )


def _dataset(dataset: Dataset, zone: str) -> DatasetView:
    chart = chart_of(dataset, zone)
    shown = dataset.rows[:ROWS_SHOWN]
    return DatasetView(
        key=dataset.key,
        title=str(dataset.title),
        note=str(dataset.note),
        empty=str(dataset.empty),
        headings=[(heading(column), column.is_numeric) for column in dataset.columns],
        rows=[list(_cells(dataset, row, zone)) for row in shown],
        total=list(_cells(dataset, dataset.total, zone)) if dataset.total else [],
        hidden=len(dataset.rows) - len(shown),
        count=len(dataset.rows),
        chart=chart_json(dataset, zone),
        svg=mark_safe(to_svg(chart)) if chart else None,  # noqa: S308 - to_svg escapes every text
    )


def _cells(dataset: Dataset, row: Row, zone: str) -> Iterator[CellView]:
    for place, (column, value) in enumerate(zip(dataset.columns, row.values, strict=True)):
        yield CellView(
            text=cell_text(column, value, zone),
            sort=_sort_key(local(value, zone)),
            url=_url(column, row, is_first=place == 0),
            style=_style(column),
        )


def _style(column: Column) -> str:
    if column.is_numeric:
        return "mz-number"
    return "report-day" if column.kind in {"day", "moment"} else ""


def _url(column: Column, row: Row, *, is_first: bool) -> str:
    if column.key in row.urls:
        return row.urls[column.key]
    return row.url if is_first or column.kind in _COUNTED else ""


def _sort_key(value: Value) -> str:
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value.isoformat() if isinstance(value, date) else str(value or "").casefold()
