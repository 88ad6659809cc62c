"""What can be asked of a table: a small language of its own, never SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Bucket = Literal[
    "", "day", "week", "month", "quarter", "half_year", "year", "weekday", "month_of_year", "hour_of_day"
]
Function = Literal[
    "count", "count_distinct", "sum", "avg", "median", "min", "max", "share", "rate", "running_total",
    "difference", "ratio",
]  # fmt: skip
Part = Literal["", "weekday", "month_of_year", "hour_of_day"]
Operator = Literal[
    "eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "not_in", "contains", "is_empty", "not_empty"
]
Comparison = Literal["eq", "ne", "gt", "gte", "lt", "lte"]
ColumnName = Annotated[
    str, Field(max_length=300, description="A heading of the table, as describe_table gives it.")
]
Value = Annotated[str, Field(max_length=500)]

#: Buckets that come again and again, as numbers: weekdays 1 to 7 from Monday, months 1 to 12, hours 0 to 23.
CYCLES = frozenset(["weekday", "month_of_year", "hour_of_day"])
#: Computed over all groups, when these are there.
OVER_GROUPS = frozenset(["share", "running_total"])
#: How many values an operator takes; None is any number from one.
TAKES: dict[str, int | None] = {
    **dict.fromkeys(("eq", "ne", "gt", "gte", "lt", "lte", "contains"), 1),
    **dict.fromkeys(("between", "in", "not_in")),
    **dict.fromkeys(("is_empty", "not_empty"), 0),
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dimension(_Part):
    """What rows are grouped by. `bucket` cuts dates; weeks begin on Monday. `weekday`, `month_of_year` and
    `hour_of_day` put all Mondays, all Octobers, all hours from nine to ten together.
    """

    column: ColumnName
    bucket: Bucket = ""


class Filter(_Part):
    """Which rows count. Values are text: numbers as 1234.5, dates as 2026-10-31, booleans as true.

    `between` includes both ends and takes pairs: with four values, either of two spans. Text is compared
    without regard to capitals. `part` tests a part of a date: weekday 1 (Monday) to 7, month_of_year 1 to
    12, hour_of_day 0 to 23.
    """

    column: ColumnName
    operator: Operator = "eq"
    part: Part = ""
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


class Measure(_Part):
    """What is computed of each group. Without a column `count`, `share`, `rate` and `running_total` are of
    rows; `count` with one is of its filled cells.

    `share` is the group's part of the sum over all groups, in per cent; with two dimensions, of its value of
    the first. `rate` is the part of the group that fits `where`, in per cent. `running_total` adds up from
    the first date bucket on. `per` divides sum, count or count_distinct by the number of different values of
    something: sales per day, orders per customer.

    `difference` is the sum of the column without that of `less`: profit is revenue less cost. `ratio` is the
    sum of the column, without that of `less` if there is one, in per cent of the sum of `of`: a margin. Both
    take only rows in which all of these are filled.
    """

    function: Function = "count"
    column: Annotated[str, Field(max_length=300)] = ""
    per: Dimension | None = None
    where: list[Filter] = Field(default_factory=list, max_length=6)
    less: Annotated[str, Field(max_length=300)] = ""
    of: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.function not in {"count", "share", "rate", "running_total"} and not self.column:
            raise ValueError(f"{self.function} needs a column")
        if self.per and self.function not in {"sum", "count", "count_distinct"}:
            raise ValueError("per goes with sum, count and count_distinct only")
        if bool(self.where) != (self.function == "rate"):
            raise ValueError("rate needs where, and nothing else takes it")
        if bool(self.of) != (self.function == "ratio"):
            raise ValueError("ratio needs of, and nothing else takes it")
        if (self.function == "difference" and not self.less) or (self.less and not self.takes_away):
            raise ValueError("difference needs less, ratio may take it, and nothing else does")
        return self

    @property
    def is_quotient(self) -> bool:
        """Whether it is one exact number divided by another."""
        return self.function in {"avg", "rate", "ratio"} or self.per is not None

    @property
    def takes_away(self) -> bool:
        """Whether it may be of one column without another."""
        return self.function in {"difference", "ratio"}

    @property
    def columns(self) -> list[str]:
        """The columns that it is computed from, each once."""
        return list(dict.fromkeys(name for name in (self.column, self.less, self.of) if name))


class Having(_Part):
    """Which groups are shown, by the value of a measure (its place in the list, from 0)."""

    measure: int = Field(default=0, ge=0)
    operator: Comparison
    value: Decimal


class Order(_Part):
    """What groups are sorted by: a measure, its change (with `compare_previous`) or a dimension, by its place
    in its list, from 0. Rows that are listed can be sorted by their number in the file: `row`.
    """

    by: Literal["measure", "dimension", "change", "row"] = "measure"
    place: int = Field(default=0, ge=0)
    descending: bool = True


class TableQuery(_Part):
    """A question to a table. Groups by `dimensions` and computes `measures`; or, with `list_columns`, shows
    rows as they are. `compare_previous` sets beside each date bucket the one before, or with `a_year_before`
    the same of the year before. `best_of_each` keeps, for each value of the first dimension, so many groups:
    the three best products of each outlet.
    """

    dimensions: list[Dimension] = Field(default_factory=list, max_length=4)
    measures: list[Measure] = Field(default_factory=list, max_length=8)
    filters: list[Filter] = Field(default_factory=list, max_length=12)
    having: list[Having] = Field(default_factory=list, max_length=4)
    order: list[Order] = Field(default_factory=list, max_length=4)
    limit: int = Field(default=200, ge=1, le=5000)
    compare_previous: bool = False
    a_year_before: bool = False
    best_of_each: int = Field(default=0, ge=0, le=100)
    list_columns: list[ColumnName] = Field(default_factory=list, max_length=30)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.list_columns and (self.dimensions or self.measures or self.having or self.compare_previous):
            raise ValueError("list_columns goes with filters, order and limit only")
        is_in_time = any(dimension.bucket not in {"", *CYCLES} for dimension in self.dimensions)
        if self.compare_previous and not is_in_time:
            raise ValueError("compare_previous needs a dimension with a bucket that has one before it")
        if any(measure.function == "running_total" for measure in self.measures) and not is_in_time:
            raise ValueError("running_total needs a dimension with a bucket from day to year")
        if self.best_of_each and len(self.dimensions) < 2:
            raise ValueError("best_of_each needs two dimensions")
        self._check_places()
        return self

    def _check_places(self) -> None:
        measures, dimensions = len(self.computed), len(self.list_columns or self.dimensions)
        if any(part.measure >= measures for part in self.having):
            raise ValueError("having names a measure that is not there")
        known = {"dimension": dimensions, "row": 1 if self.list_columns else 0}
        if any(part.place >= known.get(part.by, measures) for part in self.order):
            raise ValueError("order names a place that is not there")
        if any(part.by == "change" for part in self.order) and not self.compare_previous:
            raise ValueError("the change is known with compare_previous only")
        changes = [self.computed[part.place] for part in self.order if part.by == "change"]
        if any(measure.function in OVER_GROUPS for measure in changes):
            raise ValueError("a share or a running total has no change to sort by")
        if any(self.computed[part.measure].function in OVER_GROUPS for part in self.having):
            raise ValueError("having cannot test a share or a running total")

    @property
    def computed(self) -> list[Measure]:
        """The measures; rows are counted where none is named."""
        return [] if self.list_columns else self.measures or [Measure()]
