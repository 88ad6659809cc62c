"""From a question in plain words to a query: columns, values, dates and the words of arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import cast

from apps.analysis.asking import lexicon
from apps.analysis.asking.mentions import main_number
from apps.analysis.asking.restrictions import number_tests, value_filters
from apps.analysis.asking.roles import Roles, cast_roles
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import Bucket, Dimension, Filter, Function, Measure, Order, TableQuery

_RANKING = 10
_AVERAGED = (
    "price",
    "rate",
    "score",
    "rating",
    "percent",
    "%",
    "age",
    "单价",
    "评分",
    "harga seunit",
    "margin",
)


@dataclass(frozen=True)
class Span:
    """Days that the question names, both included; `unit` is how long: day, week, month, quarter, year or
    "".
    """

    first: date
    last: date
    unit: str = ""


@dataclass(frozen=True)
class Plan:
    """What to compute and how to show it. Without `query` the table is described. `chart` is None when no
    picture was asked for, "" for the one that suits; `file` is csv, xlsx or "".
    """

    query: TableQuery | None
    chart: str | None = None
    file: str = ""


@dataclass(frozen=True)
class Unclear:
    """What was understood, one question back, and whole questions to choose from."""

    understood: str
    question: str
    choices: list[str] = field(default_factory=list)


def understand(question: str, profile: TableProfile, *, spans: list[Span]) -> Plan | Unclear:
    """The query that the question means, or what has to be asked back. `spans` are the days it names."""
    text = question.casefold()
    chart = next((kind for kind, pattern in lexicon.CHARTS if pattern.search(text)), None)
    file = next((kind for kind, pattern in lexicon.FILES if pattern.search(text)), "")
    filters, taken = value_filters(text, profile)
    roles = cast_roles(text, profile, taken)
    if _wants_description(text, roles):
        return Plan(None, chart, file)
    if roles.doubt:
        return _which_column(roles, profile)
    if roles.unknown:
        return Unclear(
            f"I found no column for “{roles.unknown}”.", "Which one do you mean?", choices(profile)
        )
    found = _Question(text, profile, roles, filters, spans).query()
    return Plan(found, chart, file) if isinstance(found, TableQuery) else found


def _wants_description(text: str, roles: Roles) -> bool:
    asked = lexicon.DESCRIBE.search(text) is not None
    return asked and not roles.measures and not roles.dimensions


def _which_column(roles: Roles, profile: TableProfile) -> Unclear:
    word, columns = roles.doubt[0]
    names = [column.name for column in columns]
    listed = ", ".join(f"“{name}”" for name in names)
    return Unclear(f"“{word}” may be {listed}.", "Which column do you mean?", choices(profile, names))


def choices(profile: TableProfile, names: list[str] | None = None) -> list[str]:
    """Whole questions that this table can answer."""
    main = main_number(profile)
    numbers = [column.name for column in profile.columns if column.is_number]
    if main is not None:
        numbers = [main.name, *(name for name in numbers if name != main.name)]
    groups = [
        column.name
        for column in profile.columns
        if column.kind == "text" and 1 < column.distinct < profile.rows
    ]
    dates = [column.name for column in profile.columns if column.is_date]
    by = f" by {groups[0]}" if groups else " per month" if dates else ""
    if names:
        return [f"total {name}{by}" if name in numbers else f"number of rows by {name}" for name in names][:4]
    found = [f"total {name}{by}" for name in numbers[:2]]
    found += [f"average {numbers[0]} per month"] if numbers and dates else []
    return [*found, *(f"number of rows by {name}" for name in groups[:1]), "describe this file"]


@dataclass
class _Question:
    text: str
    profile: TableProfile
    roles: Roles
    filters: list[Filter]
    spans: list[Span]

    def query(self) -> TableQuery | Unclear:
        dimensions = self._dimensions()
        measures = self._measures(dimensions)
        if isinstance(measures, Unclear):
            return measures
        day = self._date_column()
        if self.spans and day is None and not self._year_filter():
            return Unclear(
                "The question names a time.",
                "The table has no column of dates. What should I leave out?",
                choices(self.profile),
            )
        filters = [*self.filters, *self._span_filter(day), *self._year_filter()]
        tests, having = number_tests(
            self.text, self.profile, self.roles, has_groups=bool(dimensions), measures=measures
        )
        filters += tests
        if measures == [Measure()]:
            # Each row has a key of its own: counting by it says nothing.
            dimensions = [part for part in dimensions if part.bucket or not self._is_key(part.column)]
        if self._is_listing(dimensions, measures):
            return TableQuery(
                list_columns=[column.name for column in self.profile.columns[:12]], filters=filters
            )
        order, limit = self._order(dimensions)
        return TableQuery(
            dimensions=dimensions,
            measures=measures,
            filters=filters,
            having=having,
            order=order,
            limit=limit,
            compare_previous=self._compares_previous(dimensions),
        )

    def _dimensions(self) -> list[Dimension]:
        found = [Dimension(column=column.name) for column in self.roles.dimensions[:3]]
        day, bucket = self._date_column(), self._bucket()
        if bucket and day is not None:
            return [Dimension(column=day.name, bucket=bucket), *found]
        if bucket == "year" and (year := self._year_column()):
            return [Dimension(column=year.name), *(part for part in found if part.column != year.name)]
        compared = {part.column for part in self.filters if part.operator == "in" and len(part.values) > 1}
        extra = [
            Dimension(column=name) for name in sorted(compared) if name not in {part.column for part in found}
        ]
        return [*extra, *found]

    def _bucket(self) -> Bucket:
        for bucket, pattern in lexicon.BUCKETS:
            if pattern.search(self.text):
                return cast("Bucket", bucket)
        units = {span.unit for span in self.spans}
        if len(self.spans) > 1 and len(units) == 1:
            return cast("Bucket", next(iter(units)))
        return "month" if lexicon.CHANGE.search(self.text) else ""

    def _compares_previous(self, dimensions: list[Dimension]) -> bool:
        has_bucket = any(dimension.bucket for dimension in dimensions)
        asked = lexicon.CHANGE.search(self.text) or (
            len(self.spans) > 1 and lexicon.COMPARE.search(self.text)
        )
        return bool(has_bucket and asked)

    def _measures(self, dimensions: list[Dimension]) -> list[Measure] | Unclear:
        function = next((name for name, pattern in lexicon.FUNCTIONS if pattern.search(self.text)), "")
        if self.roles.counted is not None:
            return [Measure(function="count_distinct", column=self.roles.counted.name)]
        numbers = self.roles.measures
        main = main_number(self.profile)
        if (
            not numbers
            and main is not None
            and len(self.spans) > 1
            and not function
            and not self.roles.counts_rows
        ):
            return [Measure(function="sum", column=main.name), Measure()]
        if (
            not numbers
            and function in {"", "count", "count_distinct"}
            and not self._needs_number(function, dimensions)
        ):
            return [Measure()]
        numbers = numbers or ([main] if main else [])
        if not numbers:
            return self._no_number()
        return [
            Measure(function=self._function(function, column, dimensions), column=column.name)
            for column in numbers[:3]
        ]

    def _needs_number(self, function: str, dimensions: list[Dimension]) -> bool:
        """“Which outlet is best” is about an amount; “how many” and plain lists are not."""
        if function or lexicon.ROWS.search(self.text) or self.roles.counts_rows:
            return False
        ranked = lexicon.HIGHEST.search(self.text) or lexicon.LOWEST.search(self.text)
        return bool(ranked and dimensions)

    def _no_number(self) -> Unclear:
        return Unclear(
            f"The table has {', '.join(f'“{column.name}”' for column in self.profile.columns[:20])}.",
            "Which number should I compute?",
            choices(self.profile),
        )

    def _function(self, function: str, column: ColumnProfile, dimensions: list[Dimension]) -> Function:
        if function in {"sum", "avg", "median", "share"}:
            return cast("Function", "sum" if function == "share" and not dimensions else function)
        if not dimensions and lexicon.HIGHEST.search(self.text):
            return "max"
        if not dimensions and lexicon.LOWEST.search(self.text):
            return "min"
        name = column.name.casefold()
        is_averaged = column.unit == "%" or any(word in name for word in _AVERAGED)
        return "avg" if is_averaged and function != "count" else "sum"

    def _date_column(self) -> ColumnProfile | None:
        if self.roles.dates:
            return self.roles.dates[0]
        dates = [column for column in self.profile.columns if column.is_date]
        return max(dates, key=lambda column: column.filled, default=None)

    def _year_column(self) -> ColumnProfile | None:
        names = {"year", "年", "年份", "tahun"}
        return next((column for column in self.profile.columns if column.name.casefold() in names), None)

    def _span_filter(self, day: ColumnProfile | None) -> list[Filter]:
        if day is None or not self.spans:
            return []
        values = [moment.isoformat() for span in self.spans for moment in (span.first, span.last)]
        return [Filter(column=day.name, operator="between", values=values)]

    def _year_filter(self) -> list[Filter]:
        year = self._year_column()
        if year is None or self._date_column() is not None or not self.spans:
            return []
        return [Filter(column=year.name, operator="in", values=[str(span.first.year) for span in self.spans])]

    def _is_listing(self, dimensions: list[Dimension], measures: list[Measure]) -> bool:
        plain = measures == [Measure()] and not dimensions
        counts = any(
            pattern.search(self.text) for name, pattern in lexicon.FUNCTIONS if name.startswith("count")
        )
        return bool(plain and not counts and lexicon.LIST.search(self.text))

    def _is_key(self, name: str) -> bool:
        column = self.profile.column(name)
        return column is not None and self.profile.rows > 1 and column.distinct == self.profile.rows

    def _order(self, dimensions: list[Dimension]) -> tuple[list[Order], int]:
        if not dimensions:
            return [], TableQuery().limit
        lowest = lexicon.LOWEST.search(self.text) is not None
        ranked = lowest or lexicon.HIGHEST.search(self.text) is not None
        if (top := lexicon.TOP.search(self.text)) and not (
            top[0].startswith(("first", "last")) and dimensions[0].bucket
        ):
            return [Order(descending=not lowest)], _count_of(next(group for group in top.groups() if group))
        if ranked:
            return [Order(descending=not lowest)], _RANKING
        if dimensions[0].bucket or dimensions[0].column == getattr(self._year_column(), "name", ""):
            return [Order(by="dimension", descending=False)], TableQuery().limit
        return [Order()], TableQuery().limit


def _count_of(text: str) -> int:
    return max(1, lexicon.NUMERALS.get(text) or int(text))
