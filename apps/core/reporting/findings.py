"""What a report found: tiles, datasets and their charts, with the way to the rows behind every number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "count", "money", "percent", "number", "seconds", "tokens", "day", "moment"]
ChartKind = Literal["bar", "column", "line", "area", "donut", "funnel"]
Value = str | int | Decimal | date | datetime | None
Better = Literal["up", "down", "none"]

#: Kinds whose values are set to the right and can be added up or drawn.
NUMERIC: frozenset[Kind] = frozenset({"count", "money", "percent", "number", "seconds", "tokens"})


@dataclass(frozen=True)
class Tile:
    """One number that stands alone. `previous` is the same number for the period before (None: not compared).

    `unit` is the currency of money. `url` opens the rows behind the number; "" where there are none to open.
    Tiles and datasets of the same `group` stand together under it as a heading.
    """

    key: str
    label: str
    value: Value
    kind: Kind = "count"
    unit: str = ""
    previous: Value = None
    better: Better = "none"
    url: str = ""
    note: str = ""
    group: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a dataset. `unit` is the currency of a money column (values in one currency only)."""

    key: str
    label: str
    kind: Kind = "text"
    unit: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether its values can be added up and drawn."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Row:
    """Values in the order of the columns. `url` opens the rows counted; `urls` those of single columns."""

    values: tuple[Value, ...]
    url: str = ""
    urls: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ChartSpec:
    """How a dataset is drawn: which column names the points and which columns are the series."""

    kind: ChartKind
    label: str
    series: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Dataset:
    """A table of the report, and its picture. `total` adds up what can be added up.

    `note` says what is and is not counted; `empty` is shown in place of a table without rows.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    chart: ChartSpec | None = None
    note: str = ""
    empty: str = ""
    group: str = ""

    def __post_init__(self) -> None:
        known = {column.key for column in self.columns}
        if self.chart and not {self.chart.label, *self.chart.series} <= known:
            raise ValueError(f"The chart of {self.key!r} names a column that the dataset has not.")
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row.values) != len(self.columns):
                raise ValueError(
                    f"A row of {self.key!r} has {len(row.values)} of {len(self.columns)} values."
                )


@dataclass(frozen=True)
class Findings:
    """The answer of a report: highlights (a sentence each), tiles, datasets, remarks that hold for all."""

    tiles: tuple[Tile, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    highlights: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
