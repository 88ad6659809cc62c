"""What can be asked of a table: a small language of its own, never SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Bucket = Literal["", "day", "week", "month", "quarter", "year"]
Function = Literal["count", "count_distinct", "sum", "avg", "median", "min", "max", "share"]
Operator = Literal[
    "eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "not_in", "contains", "is_empty", "not_empty"
]
Comparison = Literal["eq", "ne", "gt", "gte", "lt", "lte"]
ColumnName = Annotated[
    str, Field(max_length=300, description="A heading of the table, as describe_table gives it.")
]
Value = Annotated[str, Field(max_length=500)]

#: How many values an operator takes; None is any number from one.
TAKES: dict[str, int | None] = {
    **dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte", "contains"), 1),
    **dict.fromkeys(("between", "in", "not_in")),
    **dict.fromkeys(("is_empty", "not_empty"), 0),
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dimension(_Part):
    """What rows are grouped by. `bucket` cuts dates; weeks begin on Monday."""

    column: ColumnName
    bucket: Bucket = ""


class Measure(_Part):
    """What is computed of each group. `count` without a column counts rows, with one its filled cells.

    `share` is the group's part of the sum over all groups, in per cent.
    """

    function: Function = "count"
    column: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _column_given(self) -> Self:
        if self.function != "count" and not self.column:
            raise ValueError(f"{self.function} needs a column")
        return self


class Filter(_Part):
    """Which rows count. Values are text: numbers as 1234.5, dates as 2026-10-31, booleans as true.

    `between` includes both ends and takes pairs: with four values, either of two spans. Text is compared
    without regard to capitals.
    """

    column: ColumnName
    operator: Operator = "eq"
    values: list[Value] = Field(default_factory=list, max_length=200)

    @model_validator(mode="after")
    def _number_of_values(self) -> Self:
        takes = TAKES[self.operator]
        if takes is None and not self.values:
            raise ValueError(f"{self.operator} needs values")
        if takes is not None and len(self.values) != takes:
            raise ValueError(f"{self.operator} takes {takes} values, not {len(self.values)}")
        if self.operator == "between" and len(self.values) % 2:
            raise ValueError("between takes pairs of values")
        return self


class Having(_Part):
    """Which groups are shown, by the value of a measure (its place in the list, from 0)."""

    measure: int = Field(default=0, ge=0)
    operator: Comparison
    value: Decimal


class Order(_Part):
    """What groups are sorted by: a measure or a dimension, by its place in its list, from 0."""

    by: Literal["measure", "dimension"] = "measure"
    place: int = Field(default=0, ge=0)
    descending: bool = True


class TableQuery(_Part):
    """A question to a table. Groups by `dimensions` and computes `measures`; or, with `list_columns`, shows
    rows as they are. `compare_previous` sets beside each date bucket the one before.
    """

    dimensions: list[Dimension] = Field(default_factory=list, max_length=4)
    measures: list[Measure] = Field(default_factory=list, max_length=8)
    filters: list[Filter] = Field(default_factory=list, max_length=12)
    having: list[Having] = Field(default_factory=list, max_length=4)
    order: list[Order] = Field(default_factory=list, max_length=4)
    limit: int = Field(default=200, ge=1, le=5000)
    compare_previous: bool = False
    list_columns: list[ColumnName] = Field(default_factory=list, max_length=30)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.list_columns and (self.dimensions or self.measures or self.having or self.compare_previous):
            raise ValueError("list_columns goes with filters, order and limit only")
        if self.compare_previous and not any(dimension.bucket for dimension in self.dimensions):
            raise ValueError("compare_previous needs a dimension with a bucket")
        measures, dimensions = len(self.computed), len(self.list_columns or self.dimensions)
        if any(part.measure >= measures for part in self.having):
            raise ValueError("having names a measure that is not there")
        if any(part.place >= (measures if part.by == "measure" else dimensions) for part in self.order):
            raise ValueError("order names a place that is not there")
        if any(self.computed[part.measure].function == "share" for part in self.having):
            raise ValueError("having cannot test a share")
        return self

    @property
    def computed(self) -> list[Measure]:
        """The measures; rows are counted where none is named."""
        return [] if self.list_columns else self.measures or [Measure()]
