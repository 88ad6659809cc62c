"""Tables as data: typed columns and rows that PDF, deck, CSV and XLSX render each in their way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from apps.documents.numbers import Value, amount, day, duration, plain, with_unit

#: A number that somebody wrote as text, perhaps with a currency or a per cent sign.
_NUMBER = re.compile(r"(?:[A-Z]{3} )?[+−-]?\d+(?:,\d{3})*(?:\.\d+)?(?: ?%| [A-Z]{3})?$")
ColumnKind = Literal["text", "number", "money", "percent", "seconds", "date"]


@dataclass(frozen=True)
class Column:
    """One column. `unit` is the currency of a money column; `weight` its share of the width."""

    label: str
    kind: ColumnKind = "text"
    unit: str = ""
    weight: float = 1.0

    @property
    def is_numeric(self) -> bool:
        """Numbers are set to the right."""
        return self.kind in {"number", "money", "percent", "seconds"}


@dataclass(frozen=True)
class Table:
    """Rows as long as `columns`. `highlight` is the index of a column to set off; `total` a last row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    caption: str = ""
    highlight: int | None = None
    total: tuple[Value, ...] | None = None

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Whether each column is set to the right: by its kind, or because all its texts are numbers."""
        return tuple(
            column.is_numeric or (column.kind == "text" and _are_numbers(row[place] for row in self.rows))
            for place, column in enumerate(self.columns)
        )

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"A row has {len(row)} cells, the table {len(self.columns)} columns.")


def _are_numbers(values: Iterable[Value]) -> bool:
    texts = (str(value) for value in values if value not in (None, "", "–"))
    # The first word ends it: tables may be long.
    first = next(texts, "")
    return bool(_NUMBER.match(first)) and all(map(_NUMBER.match, texts))


def cell_text(column: Column, value: Value) -> str:
    """The value as a reader sees it in that column; an empty cell is an em dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return f"{day(value)}, {value:%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _number_text(column, value)
    return str(value)


def _number_text(column: Column, value: int | float | Decimal) -> str:
    if column.kind == "money":
        return f"{column.unit} {amount(value)}".strip()
    if column.kind == "seconds":
        return duration(value)
    if column.kind == "percent":
        return with_unit(value, "%")
    return plain(value)
