"""One description of a chart for every surface: vector in a PDF, native and editable in a deck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from apps.documents.numbers import Number

ChartKind = Literal["bar", "column", "line", "area", "donut", "funnel"]

#: One series only: the shape shows parts of one whole.
_SINGLE = {"donut", "funnel"}


@dataclass(frozen=True)
class Series:
    """Values in the order of the chart's categories."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Chart:
    """A chart with one message, which is its title.

    `unit` as in `numbers.with_unit` (`SGD`, `%`, a word). `note` gives source or assumption and stands below.
    Raises ValueError if a series has not exactly one value for each category.
    """

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.categories or not self.series:
            raise ValueError("A chart needs at least one category and one series.")
        if self.kind in _SINGLE and len(self.series) != 1:
            raise ValueError(f"A {self.kind} shows one series.")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"Series {series.name!r} has not one value for each category.")

    @property
    def values(self) -> tuple[float, ...]:
        """All values of all series."""
        return tuple(float(value) for series in self.series for value in series.values)
