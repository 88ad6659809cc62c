"""What a question restricts: values that stand in the table, and numbers that are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from apps.analysis.asking import lexicon
from apps.analysis.asking.mentions import main_number, mentions, normal
from apps.analysis.asking.places import Place
from apps.analysis.asking.roles import Roles
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import Comparison, Filter, Having, Measure, Operator

_NOT = re.compile(
    r"(?:\b(?:not|except|excluding|without|other than|bukan|kecuali)|除了|不是|非)"
    r"\s{0,3}(?:in |for |the )?\s{0,3}$"
)
_GROUPED = re.compile(
    r"\b(?:with|whose|that|have|having|who|yang|sold|sells?|spent|bought|made|earned|ordered)\b|的(?=[^的]*$)"
)
#: What may stand between a column and the numbers it is compared with.
_LINK = re.compile(r"[\s:]*(?:(?:is|are|was|were|value|adalah|在|是|为)[\s:]*)*")
_EMPTY_BEFORE = re.compile(
    r"(?:\b(?:without(?: an?| any)?|with(?: an?)? (?:missing|empty|blank|no)|missing|empty|blank|tanpa)"
    r"|没有|缺少?)\s{0,3}$"
)
_EMPTY_AFTER = re.compile(
    r"\s{0,3}(?:(?:is|are)\s{1,3}(?:missing|empty|blank|not filled)|为空|是空的?|缺失|kosong)"
)
#: Too short to be taken for a value when it is also an everyday word.
_EVERYDAY = re.compile("a|an|in|on|by|no|yes|is|of|the|to|me|my|us|it|all|new|top|n|y|and")


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
    return (
        not re.search("[a-z0-9]$", text[:start]) and re.match("(?:e?s)?(?![a-z0-9])", text[end:]) is not None
    )


def _is_everyday(value: str) -> bool:
    return (
        bool(_EVERYDAY.fullmatch(value.casefold())) or (len(value) < 2 and value.isascii()) or value.isdigit()
    )


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


@dataclass(frozen=True)
class NumberTest:
    """A comparison with numbers, where it stands, and the column named right before it ("" for none)."""

    operator: Operator
    values: tuple[Decimal, ...]
    place: Place
    column: str = ""


def number_tests(text: str, profile: TableProfile, roles: Roles) -> list[NumberTest]:
    """Numbers that rows or groups are compared with: “orders over 500”, “between 50 and 100”."""
    found: list[NumberTest] = []
    patterns: list[tuple[Operator, re.Pattern[str]]] = [("between", lexicon.BETWEEN), *lexicon.COMPARISONS]
    for operator, pattern in patterns:
        for match in pattern.finditer(text):
            values = _values(match)
            overlaps = any(match.start() < test.place[1] and test.place[0] < match.end() for test in found)
            if overlaps or (operator == "between" and all(_is_year(value) for value in values)):
                continue
            column = _named_before(text, profile, roles, match.start())
            found.append(NumberTest(operator, values, match.span(), column))
    return found


def _values(match: re.Match[str]) -> tuple[Decimal, ...]:
    """The numbers of a comparison, each with its scale: 5k is 5,000."""
    groups = [group for group in match.groups() if group] if match.re is lexicon.BETWEEN else []
    if not groups:
        return (_scaled(match[1], match[2]),)
    numbers = [(place, text) for place, text in enumerate(groups) if text[0].isdigit()]
    return tuple(
        _scaled(
            text, groups[place + 1] if place + 1 < len(groups) and not groups[place + 1][0].isdigit() else ""
        )
        for place, text in numbers
    )


def _scaled(number: str, scale: str | None) -> Decimal:
    return Decimal(number.replace(",", "")) * lexicon.SCALES.get((scale or "").lower(), 1)


def _is_year(value: Decimal) -> bool:
    return value == int(value) and 1990 <= value <= 2100


def _named_before(text: str, profile: TableProfile, roles: Roles, at: int) -> str:
    for column in profile.columns:
        start, end = roles.places.get(column.name, (at, at))
        if column.is_number and start < at and _LINK.fullmatch(text[end:at]):
            return column.name
    return ""


def limits_of(
    tests: list[NumberTest],
    text: str,
    profile: TableProfile,
    roles: Roles,
    measures: list[Measure],
    *,
    has_groups: bool,
) -> tuple[list[Filter], list[Having]]:
    """The comparisons as filters on rows, or on the groups where these are what is compared."""
    filters: list[Filter] = []
    having: list[Having] = []
    for test in tests:
        if has_groups and is_on_groups(test, text):
            having += _on_groups(test, measures)
        elif column := test.column or _tested(profile, roles, measures, test.place[0]):
            values = [format(value, "f") for value in test.values]
            filters.append(Filter(column=column, operator=test.operator, values=values))
    return filters, having


def is_on_groups(test: NumberTest, text: str) -> bool:
    """“Customers with more than 5 orders”: what is compared are the groups."""
    return _GROUPED.search(text[: test.place[0]]) is not None


def _on_groups(test: NumberTest, measures: list[Measure]) -> list[Having]:
    of = next((place for place, measure in enumerate(measures) if measure.column == test.column), 0)
    if test.operator == "between":
        low, high = test.values
        return [Having(measure=of, operator="gte", value=low), Having(measure=of, operator="lte", value=high)]
    return [Having(measure=of, operator=cast("Comparison", test.operator), value=test.values[0])]


def _tested(profile: TableProfile, roles: Roles, measures: list[Measure], at: int) -> str:
    """The number that is compared: the one named last before it, else the one that is measured, else the
    only.
    """
    numbers: list[ColumnProfile] = [column for column in profile.columns if column.is_number]
    before = [column for column in numbers if roles.places.get(column.name, (at, at))[0] < at]
    if before:
        return max(before, key=lambda column: roles.places[column.name]).name
    measured = [
        measure.column for measure in measures if measure.column and measure.function != "count_distinct"
    ]
    if measured:
        return measured[0]
    main = main_number(profile)
    return main.name if main else ""


def empty_filter(text: str, profile: TableProfile) -> tuple[list[Filter], Place]:
    """“Orders without customer”, “where the amount is missing”; and where it stands."""
    for mention in [] if lexicon.QUALITY.search(text) else mentions(text, profile):
        before, after = text[: mention.start], text[mention.end :]
        start, end = _EMPTY_BEFORE.search(before), _EMPTY_AFTER.match(after)
        if start or end:
            at = start.start() if start else mention.start
            until = mention.end + (end.end() if end else 0)
            return [Filter(column=mention.column.name, operator="is_empty")], (at, until)
    return [], (0, 0)
