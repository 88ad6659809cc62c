"""What a table holds, before anything is asked of it."""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from apps.analysis.answers import EXTRA_PLACES, divided
from apps.analysis.columns import Column, Kind
from apps.analysis.loading import DATA, Loaded
from apps.analysis.sandbox import identifier

_TOP = 5
_MOST_MATCHES = 40
_LONGEST_VALUE = 80
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


class BadCell(BaseModel):
    """A cell that could not be read as its column's type."""

    row: int
    text: str


class TopValue(BaseModel):
    """A frequent value and in how many rows it stands."""

    value: str
    rows: int


class ColumnProfile(BaseModel):
    """One column. Numbers are exact text. `top` is given for text and yes/no columns."""

    name: str
    kind: Kind
    unit: str = ""
    currency_column: str = ""
    filled: int
    blank: int
    unreadable: int
    unreadable_examples: list[BadCell] = Field(default_factory=list)
    distinct: int
    lowest: str = ""
    highest: str = ""
    total: str = ""
    average: str = ""
    top: list[TopValue] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)

    @property
    def is_number(self) -> bool:
        """Whether it can be added up."""
        return self.kind in ("integer", "decimal")

    @property
    def is_date(self) -> bool:
        """Whether it can be cut into months and the like."""
        return self.kind in ("date", "datetime")


class Match(BaseModel):
    """A value of a column that stands in the words that were looked for."""

    column: str
    value: str


class TableProfile(BaseModel):
    """A sheet: its columns, what was left out of it, and where the words that were looked for stand."""

    sheet: str = ""
    other_sheets: list[str] = Field(default_factory=list)
    rows: int
    columns: list[ColumnProfile]
    matches: list[Match] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)

    def column(self, name: str) -> ColumnProfile | None:
        """The column of that heading."""
        return next((column for column in self.columns if column.name == name), None)


def profile(table: Loaded, *, looking_for: str = "") -> TableProfile:
    """Describe the table; `looking_for` is a question whose words may be values of it."""
    return TableProfile(
        sheet=table.sheet,
        other_sheets=list(table.other_sheets),
        rows=table.rows,
        columns=[_column(table, column) for column in table.columns],
        matches=_matches(table, looking_for) if looking_for else [],
        warnings=list(table.warnings),
    )


def _column(table: Loaded, column: Column) -> ColumnProfile:
    name = identifier(column.name)
    distinct, lowest, highest = table.sandbox.run(
        f"SELECT count(DISTINCT {name}), min({name}), max({name}) FROM {DATA}"  # noqa: S608
    )[0]
    found = ColumnProfile(
        name=column.name,
        kind=column.kind,
        unit=column.unit,
        currency_column=column.currency_column,
        filled=column.filled,
        blank=column.blank,
        unreadable=column.unreadable,
        unreadable_examples=[BadCell(row=bad.row, text=bad.text) for bad in column.examples],
        distinct=distinct,
        notes=list(column.notes),
    )
    if column.kind in {"text", "boolean"}:
        return found.model_copy(update={"top": _top(table, name)})
    limits = {"lowest": _shown(lowest), "highest": _shown(highest)}
    return found.model_copy(update={**limits, **(_sums(table, column, name) if column.is_number else {})})


def _sums(table: Loaded, column: Column, name: str) -> dict[str, str]:
    """Sum and average; across currencies there is neither."""
    if column.currency_column:
        return {}
    total, count = table.sandbox.run(f"SELECT sum({name}), count({name}) FROM {DATA}")[0]  # noqa: S608
    average = divided(total, count, column.scale + EXTRA_PLACES)
    return {"total": _shown(total), "average": _shown(average)}


def _top(table: Loaded, name: str) -> list[TopValue]:
    rows = table.sandbox.run(
        f"SELECT CAST({name} AS VARCHAR), count(*) FROM {DATA} WHERE {name} IS NOT NULL "  # noqa: S608
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_TOP}"
    )
    return [TopValue(value=str(value)[:_LONGEST_VALUE], rows=count) for value, count in rows]


def _matches(table: Loaded, words: str) -> list[Match]:
    lowered = " ".join(words.casefold().split())
    found: list[Match] = []
    for column in table.columns:
        if column.kind != "text":
            continue
        name = identifier(column.name)
        rows = table.sandbox.run(
            f"SELECT DISTINCT {name} FROM {DATA} WHERE length({name}) BETWEEN 1 AND {_LONGEST_VALUE} "  # noqa: S608
            f"AND contains(?, lower({name})) ORDER BY length({name}) DESC, 1 LIMIT {_MOST_MATCHES}",
            [lowered],
        )
        found.extend(
            Match(column=column.name, value=value) for (value,) in rows if _stands_alone(value, lowered)
        )
    return found[:_MOST_MATCHES]


def _stands_alone(value: str, words: str) -> bool:
    """Whether it is whole words; in Chinese there are no spaces to tell."""
    if _BEYOND_ASCII.search(value):
        return True
    return re.search(rf"(?<![a-z0-9]){re.escape(value.casefold())}(?:e?s)?(?![a-z0-9])", words) is not None


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    # `format(3, "f")` would write 3.000000.
    return format(value, "f") if isinstance(value, Decimal) else str(value)
