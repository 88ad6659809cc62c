"""What a question wants computed: sums, averages, counts, parts, and several of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from apps.analysis.asking import lexicon, times
from apps.analysis.asking.grouping import is_ranked
from apps.analysis.asking.mentions import main_number, normal
from apps.analysis.asking.roles import Roles
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import CYCLES, Dimension, Filter, Function, Measure

_AVERAGED = (
    "price", "rate", "score", "rating", "percent", "%", "age", "单价", "评分", "harga seunit", "margin",
)  # fmt: skip
_ROWS = Measure()


@dataclass(frozen=True)
class Wanted:
    """A question as far as it was read. `day` is its column of dates, `compared` are numbers that only set a
    limit.
    """

    text: str
    profile: TableProfile
    roles: Roles
    day: ColumnProfile | None
    compared: frozenset[str]
    has_spans: bool
    profit: Measure | None = None
    is_restricted: bool = False

    @property
    def functions(self) -> list[str]:
        """The computations that the question names, in its order; one, unless words join several."""
        found = {name: match.start() for name, cue in lexicon.FUNCTIONS if (match := cue.search(self.text))}
        if self._is_column(found.get("share")):
            del found["share"]
        first = next((name for name, _ in lexicon.FUNCTIONS if name in found), "")
        joined = {name: at for name, at in found.items() if name != "share"}
        joined |= {name: m.start() for name, cue in lexicon.EXTREMES if (m := cue.search(self.text))}
        ordered = sorted(joined, key=lambda name: joined[name])
        ends = pairwise([joined[name] for name in ordered])
        if len(ordered) > 1 and all(lexicon.JOINED.search(self.text[start:end]) for start, end in ends):
            return ordered
        return [first] if first else []

    def _is_column(self, at: int | None) -> bool:
        """“Average share by region”, of a column Share: no part of a whole."""
        return at is not None and any(self.roles.places[part.name][0] == at for part in self.roles.measures)

    @property
    def numbers(self) -> list[ColumnProfile]:
        """The numbers to compute: those named, without those that only set a limit."""
        return [column for column in self.roles.measures if column.name not in self.compared]

    @property
    def amounts(self) -> list[ColumnProfile]:
        """The numbers that are named, else the main one; none where rows are counted."""
        main = None if self.roles.counts_rows else main_number(self.profile)
        return self.numbers or ([main] if main else [])


def measures_of(wanted: Wanted, dimensions: list[Dimension]) -> list[Measure] | None:
    """What to compute; None when a number is needed and it is not clear which."""
    functions = wanted.functions
    if wanted.profit is not None:
        return [*(Measure(function="sum", column=part.name) for part in wanted.numbers[:3]), wanted.profit]
    if "share" in functions:
        return _shares(wanted, dimensions)
    if lexicon.RUNNING.search(wanted.text):
        return _running(wanted)
    if len(functions) > 1:
        return _several(wanted, functions)
    return _per(wanted, functions) or _plain(wanted, functions[0] if functions else "", dimensions)


def _plain(wanted: Wanted, function: str, dimensions: list[Dimension]) -> list[Measure] | None:
    """One computation of the numbers that are named, or of the rows."""
    if wanted.roles.counted is not None:
        return [Measure(function="count_distinct", column=wanted.roles.counted.name)]
    if _counts_rows(wanted, function, dimensions):
        return [_ROWS]
    main = main_number(wanted.profile)
    numbers = wanted.numbers or ([main] if main else [])
    if not numbers:
        return None
    found = [
        Measure(function=_function(wanted, function, column, dimensions), column=column.name)
        for column in numbers[:3]
    ]
    return [*found, *_beside(wanted, found, dimensions)]


def _counts_rows(wanted: Wanted, function: str, dimensions: list[Dimension]) -> bool:
    """“How many” and lists are about rows; groups and limits without a word for it are about an amount."""
    text = wanted.text
    if wanted.numbers or function not in {"", "count", "count_distinct"}:
        return False
    if function or lexicon.ROWS.search(text) or wanted.roles.counts_rows:
        return True
    if not any(column.is_number for column in wanted.profile.columns):
        return True
    contrasts = lexicon.COMPARE.search(text) or lexicon.CHANGE.search(text)
    if dimensions:
        # “Which outlets are there?” lists them; the number of their rows is said beside.
        lists = lexicon.LIST.search(text) or lexicon.WHICH.search(text)
        is_plain = not (lexicon.BY.search(text) or is_ranked(text) or contrasts)
        is_rows = is_plain and all(_is_key(part, wanted.profile) for part in dimensions)
        return is_rows or bool(lists and is_plain and not any(part.bucket for part in dimensions))
    is_listing = not wanted.is_restricted or lexicon.LIST.search(text) is not None
    return main_number(wanted.profile) is None or bool(is_listing and not contrasts)


def _is_key(part: Dimension, profile: TableProfile) -> bool:
    """“Orders without customer”: each row is one of them."""
    column = profile.column(part.column)
    return not part.bucket and column is not None and column.distinct == profile.rows


def _function(wanted: Wanted, function: str, column: ColumnProfile, dimensions: list[Dimension]) -> Function:
    if function in {"sum", "avg", "median"}:
        return cast("Function", function)
    if not dimensions and lexicon.HIGHEST.search(wanted.text):
        return "max"
    if not dimensions and lexicon.LOWEST.search(wanted.text):
        return "min"
    name = column.name.casefold()
    is_averaged = column.unit == "%" or any(word in name for word in _AVERAGED)
    return "avg" if is_averaged and function != "count" else "sum"


def _beside(wanted: Wanted, found: list[Measure], dimensions: list[Dimension]) -> list[Measure]:
    """What a reader would ask next: rows beside a comparison, the total of a Monday beside its average."""
    by = {part.bucket for part in dimensions}
    if found[0].function == "avg" and "weekday" in by and _several_rows_a_day(wanted):
        assert wanted.day is not None
        return [found[0].model_copy(update={"function": "sum", "per": _each(wanted.day, "day")})]
    contrasts = lexicon.COMPARE.search(wanted.text) is not None and (bool(dimensions) or wanted.has_spans)
    return [_ROWS] if contrasts and not wanted.roles.measures and not wanted.functions else []


def _several_rows_a_day(wanted: Wanted) -> bool:
    return wanted.day is not None and wanted.day.distinct < wanted.profile.rows


def _each(day: ColumnProfile, bucket: str) -> Dimension:
    return Dimension.model_validate({"column": day.name, "bucket": bucket})


#: “Top 3 products and their share”: the amounts are asked for, too.
_AND_SHARE = re.compile(
    r"\b(?:and|with|plus|dan) (?:their|its|the|each)? ?(?:\w{1,20} )?(?:shares?|percentages?|%)"
    r"|[及和].{0,4}占比"
)


def _shares(wanted: Wanted, dimensions: list[Dimension]) -> list[Measure] | None:
    """Parts of a number that is named, of rows where they are counted, else of the main number."""
    columns = [column.name for column in wanted.amounts] or [""]
    if not dimensions:
        return [Measure(function="sum", column=column) if column else _ROWS for column in columns[:1]]
    if _AND_SHARE.search(wanted.text):
        column = columns[0]
        total = Measure(function="sum", column=column) if column else _ROWS
        return [total, Measure(function="share", column=column)]
    return [Measure(function="share", column=column) for column in columns[:2]]


def _running(wanted: Wanted) -> list[Measure] | None:
    column = next((column.name for column in wanted.amounts), "")
    return [
        Measure(function="running_total", column=column),
        Measure(function="sum" if column else "count", column=column),
    ]


def _per(wanted: Wanted, functions: list[str]) -> list[Measure]:
    """Totals divided by days, customers or orders: “average daily sales”, “average basket”."""
    main = main_number(wanted.profile)
    if lexicon.PER_ORDER.search(wanted.text) and main:
        return [_per_order(wanted, main)]
    if functions != ["avg"]:
        return []
    is_counting = any(cue.search(wanted.text) for name, cue in lexicon.FUNCTIONS if name.startswith("count"))
    column = next(iter(wanted.numbers), main)
    summed = [Measure(function="sum", column=column.name)] if column else []
    totals = [_counted(wanted)] if is_counting else summed
    bucket = times.average_over(wanted.text, is_counting=is_counting)
    if bucket and bucket not in CYCLES and wanted.day:
        each = _each(wanted.day, bucket)
    elif is_counting and wanted.roles.dimensions:
        each = Dimension(column=wanted.roles.dimensions[0].name)
    else:
        return []
    return [measure.model_copy(update={"per": each}) for measure in totals]


def _per_order(wanted: Wanted, amount: ColumnProfile) -> Measure:
    """The amount of an order, which may have several rows."""
    orders = next((column for column in wanted.profile.columns if _is_order(column)), None)
    if orders is None or orders.distinct == wanted.profile.rows:
        return Measure(function="avg", column=amount.name)
    return Measure(function="sum", column=amount.name, per=Dimension(column=orders.name))


def _is_order(column: ColumnProfile) -> bool:
    names = {"order", "invoice", "receipt", "transaction", "bill"} & set(normal(column.name).split())
    return bool(names) and not column.is_date and column.kind != "decimal"


def _counted(wanted: Wanted) -> Measure:
    counted = wanted.roles.counted
    return Measure(function="count_distinct", column=counted.name) if counted else _ROWS


def _several(wanted: Wanted, functions: list[str]) -> list[Measure] | None:
    """Each computation of the number that is named: “minimum, maximum and average amount”."""
    main = main_number(wanted.profile)
    column = wanted.numbers[0] if wanted.numbers else main
    if column is None:
        return None
    found = []
    for name in functions:
        if name in {"count", "count_distinct"}:
            found.append(_counted(wanted))
        else:
            found.append(Measure(function=cast("Function", name), column=column.name))
    return [measure for place, measure in enumerate(found) if measure not in found[:place]]


def rate(wanted: Wanted, where: list[Filter]) -> Measure:
    """The part of the amount, or of the rows, that fits."""
    counts = wanted.roles.counts_rows or wanted.roles.counted is not None or lexicon.ROWS.search(wanted.text)
    column = "" if counts else next((column.name for column in wanted.amounts), "")
    return Measure(function="rate", column=column, where=where)


def is_divisor(part: Dimension, measure: Measure) -> bool:
    """Whether the totals are divided by it: groups of it would each be one."""
    return measure.per is not None and (part == measure.per or part.bucket == measure.per.bucket != "")
