"""From a question in plain words to a query: columns, values, dates and the words of arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from apps.analysis.asking import lexicon, limits, times
from apps.analysis.asking.computing import Wanted, is_divisor, measures_of, rate
from apps.analysis.asking.following import continued, fits, goes_on
from apps.analysis.asking.grouping import dimensions_of, is_ranked, order_of
from apps.analysis.asking.mentions import main_number, mentions
from apps.analysis.asking.profits import Profit, profit_of
from apps.analysis.asking.restrictions import (
    NumberTest,
    empty_filter,
    is_on_groups,
    limits_of,
    number_tests,
    value_filters,
)
from apps.analysis.asking.roles import Roles, cast_roles
from apps.analysis.asking.rows import rows_asked_for
from apps.analysis.asking.times import Span
from apps.analysis.asking.unclear import Unclear, choices, no_number, not_understood, which_column
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import Dimension, Filter, Measure, Operator, Order, TableQuery
from apps.core.sentences import sentence

#: Of filters, those that name values.
_LIMITING = {"eq", "ne", "in", "not_in"}


@dataclass(frozen=True)
class Plan:
    """What to compute and how to show it. Without `query` the table is described. `chart` is None when no
    picture was asked for, "" for the one that suits; `file` is csv, xlsx or "".
    """

    query: TableQuery | None
    chart: str | None = None
    file: str = ""


def form_of(question: str) -> tuple[str | None, str]:
    """The picture and the file that are asked for, as in `Plan`."""
    text = sentence(question).casefold()
    chart = next((kind for kind, pattern in lexicon.CHARTS if pattern.search(text)), None)
    return chart, next((kind for kind, pattern in lexicon.FILES if pattern.search(text)), "")


def understand(
    question: str, profile: TableProfile, *, spans: list[Span], before: TableQuery | None = None
) -> Plan | Unclear:
    """The query that the question means, or what has to be asked back. `spans` are the days it names;
    `before` is the query that it may go on from.
    """
    question = sentence(question)
    text = question.casefold()
    chart, file = form_of(question)
    if beyond := limits.beyond(text):
        return Unclear(
            f"I cannot compute {beyond}. {limits.WHAT_IT_CAN}", "Shall I do one of these?", choices(profile)
        )
    empty, gap = empty_filter(text, profile)
    filters, taken = value_filters(text, profile)
    profit = profit_of(text, profile)
    if isinstance(profit, Unclear):
        return profit
    own = [*taken, gap, *(profit.places if profit else [])]
    roles = cast_roles(text, profile, own)
    tests = number_tests(text, profile, roles)
    unread = limits.unread_number(text, [*taken, *(test.place for test in tests)])
    if _wants_description(text, roles) and not empty:
        return Plan(None, chart, file)
    if roles.doubt:
        return which_column(roles, profile)
    places = [*own, *((mention.start, mention.end) for mention in mentions(text, profile))]
    name = limits.unread_name(question, places) if len(text) == len(question) else ""
    unknown = roles.unknown or _unmeasured(text, roles, profit, places)
    if unknown or unread or name:
        return not_understood(unknown, unread, name, profile)
    measure = profit.measure if profit else None
    asked = _Question(text, profile, roles, [*filters, *empty], spans, tests, measure)
    earlier = before if before and goes_on(question) and fits(before, profile) else None
    return _plan(asked, earlier, chart, file)


def _plan(asked: _Question, earlier: TableQuery | None, chart: str | None, file: str) -> Plan | Unclear:
    found = asked.query(is_continued=earlier is not None)
    if isinstance(found, Unclear):
        return found
    changes = found.dimensions or found.filters or asked.names_measure
    if earlier and not found.list_columns and changes:
        found = continued(earlier, found, has_measure=asked.has_measure)
    # Nothing of the question was understood: what the file holds helps more than a count.
    is_nothing = found == TableQuery(measures=[Measure()]) and not _counts(asked.text)
    return Plan(None if is_nothing else found, chart, file)


def _unmeasured(text: str, roles: Roles, profit: Profit | None, known: list[tuple[int, int]]) -> str:
    is_said = roles.measures or roles.counted or roles.counts_rows or profit or _counts(text)
    return "" if is_said else limits.unread_measure(text, known)


def _counts(text: str) -> bool:
    cues = [cue for name, cue in lexicon.FUNCTIONS if name.startswith("count")]
    return any(cue.search(text) for cue in (*cues, lexicon.ROWS))


def _wants_description(text: str, roles: Roles) -> bool:
    asked = lexicon.DESCRIBE.search(text) is not None and not roles.measures and not roles.dimensions
    return asked or lexicon.QUALITY.search(text) is not None


@dataclass
class _Question:
    text: str
    profile: TableProfile
    roles: Roles
    filters: list[Filter]
    spans: list[Span]
    tests: list[NumberTest]
    profit: Measure | None = None

    @property
    def names_measure(self) -> bool:
        """Whether it is of a number that it names; “and the total?” asks for the whole instead."""
        return bool(self.roles.measures or self.profit) and not dict(lexicon.FUNCTIONS)["sum"].search(
            self.text
        )

    @property
    def has_measure(self) -> bool:
        """Whether the question says itself what is computed."""
        functions = any(cue.search(self.text) for _, cue in lexicon.FUNCTIONS)
        roles = self.roles
        return bool(functions or roles.measures or roles.counted or roles.counts_rows or self.profit)

    def query(self, *, is_continued: bool = False) -> TableQuery | Unclear:
        day = self._date_column()
        if self.spans and day is None and self._year_column() is None:
            return Unclear(
                "The question names a time.",
                "The table has no column of dates. What should I leave out?",
                choices(self.profile),
            )
        if what := self._incomplete():
            return what
        if rows := rows_asked_for(self.text, self.profile, day):
            return rows.model_copy(update={"filters": [*self.filters, *self._when(day)]})
        if repeated := self._repeated():
            return repeated
        return self._computed(day, is_continued=is_continued)

    def _incomplete(self) -> Unclear | None:
        """“Top 5” and “duplicates” alone: of what?"""
        if self.roles.dimensions or self.roles.measures or self.roles.counted or self.roles.dates:
            return None
        groups = [column.name for column in self.profile.columns if column.kind == "text"]
        if lexicon.DUPLICATES.search(self.text):
            wanted = [f"duplicate {name}" for name in groups[:4]]
            return Unclear("I can list values that stand in more than one row.", "Of which column?", wanted)
        top = lexicon.TOP.search(self.text)
        if top and times.bucket_of(self.text) == "" and not lexicon.SOME_ROWS.search(self.text):
            main = main_number(self.profile)
            by = f" by {main.name}" if main else ""
            wanted = [f"{top[0].strip()} {name}{by}" for name in groups[:4]]
            return Unclear("I can rank groups.", f"“{top[0].strip()}” of what?", wanted)
        return None

    def _computed(self, day: ColumnProfile | None, *, is_continued: bool) -> TableQuery | Unclear:
        dimensions = dimensions_of(
            self.text, self.roles, self.filters, self.spans, day=day, year=self._year_column()
        )
        if any(part.bucket == "hour_of_day" for part in dimensions) and day and day.kind == "date":
            return Unclear(
                f"“{day.name}” holds days without a time, so hours are not known.",
                "Shall I do one of these?",
                choices(self.profile),
            )
        if lexicon.SHARE.search(self.text) and len(self._without_keys(dimensions)) < len(dimensions):
            # “What share of the orders …”, one row for each order.
            self.roles.counts_rows = True
            dimensions = self._without_keys(dimensions)
        wanted = Wanted(
            self.text,
            self.profile,
            self.roles,
            day,
            self._compared(dimensions),
            bool(self.spans),
            self.profit,
            is_restricted=bool(self.spans) or any(part.operator in _LIMITING for part in self.filters),
        )
        if "share" in wanted.functions and (part := self._part(wanted, dimensions, day)):
            return part
        measures = measures_of(wanted, dimensions)
        if measures is None and is_continued:
            measures = [Measure()]
        if measures is None:
            return no_number(self.profile)
        filters, having = limits_of(
            self.tests, self.text, self.profile, self.roles, measures, has_groups=bool(dimensions)
        )
        filters = [*self.filters, *self._when(day), *filters]
        if self.roles.counted and having == [] and (often := self._often()):
            return often.model_copy(update={"filters": [*self.filters, *self._when(day)]})
        if measures[0].column == "" or (
            measures[0].function in {"avg", "median"} and not is_ranked(self.text)
        ):
            dimensions = self._without_keys(dimensions)
        if any(measure.per for measure in measures[:1]):
            dimensions = [part for part in dimensions if not is_divisor(part, measures[0])]
        if self._is_listing(dimensions, measures):
            return TableQuery(list_columns=[part.name for part in self.profile.columns[:12]], filters=filters)
        return order_of(
            self.text,
            TableQuery(dimensions=dimensions, measures=measures, filters=filters, having=having),
            spans=self.spans,
        )

    def _part(
        self, wanted: Wanted, dimensions: list[Dimension], day: ColumnProfile | None
    ) -> TableQuery | None:
        """“What share of the sales comes from the app”: the part that fits, of all that the rest leaves."""
        tested, _ = limits_of(self.tests, self.text, self.profile, self.roles, [], has_groups=False)
        where = [*(part for part in self.filters if part.operator in {"eq", "ne"}), *tested]
        named = {part.column for part in where}
        rest = [part for part in dimensions if part.column not in named or part.bucket]
        if not where or (len(rest) < len(dimensions) and not tested):
            return None
        kept = [part for part in self.filters if part not in where]
        found = TableQuery(dimensions=rest, measures=[rate(wanted, where)], filters=[*kept, *self._when(day)])
        return order_of(self.text, found, spans=self.spans)

    def _compared(self, dimensions: list[Dimension]) -> frozenset[str]:
        """Numbers that are named only to set a limit on rows."""
        tests = [test for test in self.tests if not (dimensions and is_on_groups(test, self.text))]
        return frozenset(test.column for test in tests)

    def _without_keys(self, dimensions: list[Dimension]) -> list[Dimension]:
        """Each row has a key of its own: counting by it says nothing."""
        return [part for part in dimensions if part.bucket or not self._is_key(part.column)]

    def _when(self, day: ColumnProfile | None) -> list[Filter]:
        """The days, years and weekdays that the question is restricted to."""
        if day is None:
            year = self._year_column()
            years = [str(span.first.year) for span in self.spans]
            return [Filter(column=year.name, operator="in", values=years)] if year and years else []
        found = times.span_filters(self.text, self.spans, day.name)
        if weekdays := times.weekdays_in(self.text):
            operator: Operator = "eq" if len(weekdays) == 1 else "in"
            found.append(Filter(column=day.name, operator=operator, part="weekday", values=weekdays))
        return found

    def _often(self) -> TableQuery | None:
        """“How many customers bought more than 3 times”: those with so many rows."""
        often = [test for test in self.tests if lexicon.TIMES.match(self.text[test.place[1] :])]
        if len(often) != 1 or self.roles.counted is None:
            return None
        _, having = limits_of(often, "with ", self.profile, self.roles, [], has_groups=True)
        return TableQuery(
            dimensions=[Dimension(column=self.roles.counted.name)], having=having, order=[Order()]
        )

    def _repeated(self) -> TableQuery | None:
        """Values that stand in more than one row."""
        named = self.roles.counted or next(iter(self.roles.dimensions), None)
        if named is None or not lexicon.DUPLICATES.search(self.text):
            return None
        return TableQuery.model_validate(
            {
                "dimensions": [{"column": named.name}],
                "having": [{"operator": "gt", "value": 1}],
                "filters": [{"column": named.name, "operator": "not_empty"}],
                "order": [{}],
            }
        )

    def _date_column(self) -> ColumnProfile | None:
        if self.roles.dates:
            return self.roles.dates[0]
        dates = [column for column in self.profile.columns if column.is_date]
        return max(dates, key=lambda column: column.filled, default=None)

    def _year_column(self) -> ColumnProfile | None:
        names = {"year", "年", "年份", "tahun"}
        return next((column for column in self.profile.columns if column.name.casefold() in names), None)

    def _is_listing(self, dimensions: list[Dimension], measures: list[Measure]) -> bool:
        plain = measures == [Measure()] and not dimensions
        counts = any(cue.search(self.text) for name, cue in lexicon.FUNCTIONS if name.startswith("count"))
        return bool(plain and not counts and lexicon.LIST.search(self.text))

    def _is_key(self, name: str) -> bool:
        column = self.profile.column(name)
        return column is not None and self.profile.rows > 1 and column.distinct == self.profile.rows
