"""By what a question groups, and in which order the groups come."""

from __future__ import annotations

from typing import Any, cast

from apps.analysis.asking import lexicon, times
from apps.analysis.asking.roles import Roles
from apps.analysis.asking.times import Span
from apps.analysis.profiles import ColumnProfile
from apps.analysis.query import CYCLES, Bucket, Dimension, Filter, Order, TableQuery

#: Groups of a ranking that names no number.
_RANKING = 10


def dimensions_of(
    text: str,
    roles: Roles,
    filters: list[Filter],
    spans: list[Span],
    *,
    day: ColumnProfile | None,
    year: ColumnProfile | None,
) -> list[Dimension]:
    """The columns and pieces of time that the groups are made of, time first."""
    single = {part.column for part in filters if part.operator == "eq"}
    columns = [column for column in roles.dimensions if column.name not in single or column in roles.cued]
    if is_ranked(text):
        # “The best product in each outlet”: the outlet comes first.
        columns.sort(key=lambda column: column not in roles.cued)
    found = [Dimension(column=column.name) for column in columns][:3]
    compared = {part.column for part in filters if part.operator == "in" and len(part.values) > 1}
    named = {part.column for part in found}
    found = [*(Dimension(column=name) for name in sorted(compared - named)), *found][:3]
    bucket = _bucket(text, spans, day)
    if bucket and day is not None:
        return [Dimension(column=day.name, bucket=bucket), *found]
    if bucket == "year" and year is not None:
        return [Dimension(column=year.name), *(part for part in found if part.column != year.name)]
    return found


def is_ranked(text: str) -> bool:
    """Whether the best or the worst are asked for."""
    cues = (lexicon.TOP, lexicon.HIGHEST, lexicon.LOWEST, lexicon.BUSIEST)
    return any(cue.search(text) for cue in cues)


def _bucket(text: str, spans: list[Span], day: ColumnProfile | None) -> Bucket:
    if bucket := times.bucket_of(text):
        return bucket
    if times.contrasts_weekend(text) or (len(times.weekdays_in(text)) > 1 and lexicon.COMPARE.search(text)):
        return "weekday"
    units = {span.unit for span in spans}
    if len(spans) > 1 and len(units) == 1:
        return cast("Bucket", next(iter(units)))
    if lexicon.CHANGE.search(text):
        return "year" if _is_over_years(text, spans, day) else "month"
    return "month" if lexicon.RUNNING.search(text) else ""


def _is_over_years(text: str, spans: list[Span], day: ColumnProfile | None) -> bool:
    """Whether a change is one from year to year: whole years are named, or a ranking over several."""
    if spans:
        first, last = min(span.first for span in spans), max(span.last for span in spans)
        return first.year < last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return is_ranked(text) and day is not None and day.lowest[:4] < day.highest[:4]


def order_of(text: str, query: TableQuery, *, spans: list[Span]) -> TableQuery:
    """The query with its groups in the order that the question wants, and as many of them."""
    dimensions = query.dimensions
    if not dimensions:
        return query
    in_time = any(part.bucket and part.bucket not in CYCLES for part in dimensions)
    compares = lexicon.CHANGE.search(text) or (len(spans) > 1 and lexicon.COMPARE.search(text))
    is_running = query.computed[0].function == "running_total"
    update: dict[str, Any] = {"compare_previous": bool(in_time and compares and not is_running)}
    months = {(span.first.month, span.first.day) for span in spans}
    update["a_year_before"] = update["compare_previous"] and len(spans) > 1 and len(months) == 1
    lowest, ranked = lexicon.LOWEST.search(text) is not None, is_ranked(text)
    top = lexicon.TOP.search(text)
    if top and top[0].startswith(("first", "last")) and dimensions[0].bucket:
        top = None
    wanted = count_of(next(group for group in top.groups() if group)) if top else 0
    if update["compare_previous"] and ranked and len(dimensions) > 1:
        update |= {"order": [Order(by="change", descending=not lowest)], "limit": wanted or _RANKING}
    elif len(dimensions) > 1 and (top or ranked) and lexicon.EACH.search(text):
        update |= {"order": [Order(descending=not lowest)], "best_of_each": wanted or 1}
    elif top or ranked:
        update |= {"order": [Order(descending=not lowest)], "limit": wanted or _RANKING}
    elif dimensions[0].bucket:
        update["order"] = [Order(by="dimension", descending=False)]
    else:
        update["order"] = [Order()]
    return TableQuery.model_validate({**query.model_dump(), **update})


def count_of(text: str) -> int:
    """A number as digits or as a Chinese numeral."""
    return max(1, lexicon.NUMERALS.get(text) or int(text))
