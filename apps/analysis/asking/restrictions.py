"""What a question restricts: values that stand in the table, and numbers that are compared."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import cast

from apps.analysis.asking import lexicon
from apps.analysis.asking.mentions import main_number, mentions, normal
from apps.analysis.asking.roles import Place, Roles
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import Comparison, Filter, Having, Measure

_NOT = re.compile(
    r"(?:\b(?:not|except|excluding|without|other than|bukan|kecuali)|除了|不是|非)\s*(?:in |for |the )?\s*$"
)
_GROUPED = re.compile(r"\b(?:with|whose|that have|having|who have|yang)\b|的(?=[^的]*$)")
#: Too short to be taken for a value when it is also an everyday word.
_EVERYDAY = {
    "a",
    "an",
    "in",
    "on",
    "by",
    "no",
    "yes",
    "is",
    "of",
    "the",
    "to",
    "me",
    "my",
    "us",
    "it",
    "all",
    "new",
    "top",
    "n",
    "y",
    "and",
}


def value_filters(text: str, profile: TableProfile) -> tuple[list[Filter], list[Place]]:
    """Filters for values of the table that the question holds, and where they stand."""
    words = " ".join(text.split())
    offset_safe = words == text
    named = [(mention.start, mention.end, mention.score) for mention in mentions(text, profile)]
    found: dict[tuple[str, bool], list[str]] = {}
    taken: list[Place] = []
    for match in sorted(profile.matches, key=lambda match: -len(match.value)):
        place = _place(text if offset_safe else words, match.value, taken)
        if place is None or _is_everyday(match.value) or _names_a_column(place, named, match.value, profile):
            continue
        taken.append(place)
        key = (match.column, _NOT.search(text[: place[0]]) is not None)
        found.setdefault(key, []).append(match.value)
    return [_filter(column, values, negated) for (column, negated), values in found.items()], taken


def _filter(column: str, values: list[str], negated: bool) -> Filter:
    if len(values) == 1:
        return Filter(column=column, operator="ne" if negated else "eq", values=values)
    return Filter(column=column, operator="not_in" if negated else "in", values=values)


def _place(text: str, value: str, taken: list[Place]) -> Place | None:
    wanted = value.casefold()
    for match in re.finditer(re.escape(wanted), text):
        start, end = match.span()
        inside = any(start < other_end and other_start < end for other_start, other_end in taken)
        if not inside and _is_whole(text, start, end, wanted):
            return start, end
    return None


def _is_whole(text: str, start: int, end: int, value: str) -> bool:
    if not value.isascii():
        return True
    return not re.search("[a-z0-9]$", text[:start]) and not re.match("[a-z0-9]", text[end:])


def _is_everyday(value: str) -> bool:
    return value.casefold() in _EVERYDAY or (len(value) < 2 and value.isascii()) or value.isdigit()


def _names_a_column(
    place: Place, named: list[tuple[int, int, int]], value: str, profile: TableProfile
) -> bool:
    """A heading of the same words goes before a value; a longer value goes before a word of a heading."""
    headings = {normal(column.name) for column in profile.columns}
    if normal(value) in headings:
        return True
    return any(
        start <= place[0] and place[1] <= end and end - start > place[1] - place[0] for start, end, _ in named
    )


def number_tests(
    text: str, profile: TableProfile, roles: Roles, *, has_groups: bool, measures: list[Measure]
) -> tuple[list[Filter], list[Having]]:
    """Numbers that rows or groups are compared with: “orders over 500”, “customers with more than 5
    orders”.
    """
    filters: list[Filter] = []
    having: list[Having] = []
    seen: set[int] = set()
    for operator, pattern in lexicon.COMPARISONS:
        for match in pattern.finditer(text):
            if match.end(1) in seen:
                continue
            seen.add(match.end(1))
            value = Decimal(match[1].replace(",", "")) * lexicon.SCALES.get((match[2] or "").lower(), 1)
            if has_groups and _GROUPED.search(text[: match.start()]):
                having.append(Having(operator=cast("Comparison", operator), value=value))
            elif column := _tested(profile, roles, measures, match.start()):
                filters.append(Filter(column=column, operator=operator, values=[format(value, "f")]))
    return filters, having


def _tested(profile: TableProfile, roles: Roles, measures: list[Measure], at: int) -> str:
    """The number that is compared: the one named last before it, else the one that is measured, else the
    only.
    """
    numbers: list[ColumnProfile] = [column for column in profile.columns if column.is_number]
    before = [column for column in numbers if roles.places.get(column.name, at) < at]
    if before:
        return max(before, key=lambda column: roles.places[column.name]).name
    measured = [
        measure.column for measure in measures if measure.column and measure.function != "count_distinct"
    ]
    if measured:
        return measured[0]
    main = main_number(profile)
    return main.name if main else ""
