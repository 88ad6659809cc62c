"""“And by product?”: a question that goes on from the one before keeps what it does not change."""

from __future__ import annotations

import re

from apps.analysis.profiles import TableProfile
from apps.analysis.query import Filter, Measure, Order, TableQuery
from apps.core.sentences import sentence

_MOST_WORDS = 10
_GOES_ON = re.compile(
    r"^\W{0,3}(?:and|now|then|also|same|but|or|ok(?:ay)?|what about|how about|instead|only|just"
    r"|by|per|for each|split|broken down|break (?:it|that|this|them) down"
    r"|dan|pula|bagaimana|mengikut)\b|^\W{0,3}(?:那么?|再|换成|改成|按照?|还有)",
    re.IGNORECASE,
)


def goes_on(question: str) -> bool:
    """Whether a question says too little to stand alone, and begins as one that goes on."""
    text = sentence(question)
    return _GOES_ON.search(text) is not None and len(text.split()) <= _MOST_WORDS


def fits(before: TableQuery, profile: TableProfile) -> bool:
    """Whether the query was one that computes, and its columns are in this table."""
    names = [part.column for part in before.dimensions] + [part.column for part in before.filters]
    names += [name for item in before.measures for name in item.columns]
    return bool(before.measures) and all(profile.column(name) for name in names)


def kept_measures(before: TableQuery, found: TableQuery) -> list[Measure]:
    """What was computed before; a running total only where it still runs along a time."""
    in_time = any(part.bucket for part in found.dimensions or before.dimensions)
    kept = [part for part in before.measures if part.function != "running_total" or in_time]
    return kept or found.measures


def continued(before: TableQuery, found: TableQuery, *, has_measure: bool) -> TableQuery:
    """The question before with what this one changes: its groups, its limits, and what it computes if it
    says so. Limits on other columns stay.
    """
    dimensions = found.dimensions or before.dimensions
    measures = found.measures if has_measure else kept_measures(before, found)
    changed = {part.column for part in found.filters}
    filters: list[Filter] = [*(part for part in before.filters if part.column not in changed), *found.filters]
    is_same = dimensions == before.dimensions
    order = before.order if is_same and not found.dimensions else found.order
    if dimensions and not order:
        order = [Order()]
    return TableQuery(
        dimensions=dimensions,
        measures=measures,
        filters=filters,
        having=found.having,
        order=order if dimensions else [],
        limit=before.limit if is_same and not found.dimensions else found.limit,
        compare_previous=found.compare_previous,
        a_year_before=found.a_year_before,
    )
