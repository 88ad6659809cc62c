"""Profits and margins: computed from revenue and cost where the table has no column of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.analysis.asking.lexicon import words
from apps.analysis.asking.mentions import Mention, like, main_number, mentions, normal
from apps.analysis.asking.places import Place
from apps.analysis.asking.unclear import Unclear, choices
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import Measure

_MARGIN = words(
    "(?:(?:gross|net|profit|operating) ){0,2}margins?(?: of profit)?", "profitability",
    "毛利率", "净利率", "利润率",
    "margin (?:keuntungan|untung)",
)  # fmt: skip
_PROFIT = words("(?:gross |net )?profits?", "毛利润?", "净利润?", "利润", "keuntungan", "untung")
_PER_PIECE = {"unit", "each", "per", "price", "单价", "seunit"}


@dataclass(frozen=True)
class Profit:
    """What is computed, and where in the question its words stand."""

    measure: Measure
    places: list[Place] = field(default_factory=list)


def profit_of(text: str, profile: TableProfile) -> Profit | Unclear | None:
    """The profit or the margin that a question wants; what is missing for it; None where it wants neither, or
    the table has a column of it.
    """
    is_margin = _MARGIN.search(text) is not None
    places = [match.span() for match in (_MARGIN if is_margin else _PROFIT).finditer(text)]
    if not places or _named("margin" if is_margin else "profit", profile):
        return None
    named = mentions(text, profile)
    revenue, cost = _one("revenue", profile, named), _one("cost", profile, named)
    if revenue and is_margin and (earned := _one("profit", profile, named)):
        return Profit(Measure(function="ratio", column=earned.name, of=revenue.name), places)
    if revenue is None or cost is None:
        return _missing(is_margin, revenue, cost, profile)
    if is_margin:
        ratio = Measure(function="ratio", column=revenue.name, less=cost.name, of=revenue.name)
        return Profit(ratio, places)
    return Profit(Measure(function="difference", column=revenue.name, less=cost.name), places)


def _named(word: str, profile: TableProfile) -> bool:
    """Whether a number has the word in its heading: “Profit”, “Margin %”, “毛利率”."""
    cue = _MARGIN if word == "margin" else _PROFIT
    return any(column.is_number and cue.search(column.name) for column in profile.columns)


def _one(concept: str, profile: TableProfile, named: list[Mention]) -> ColumnProfile | None:
    """The number of that meaning: the only one, the one that is named in the question, the main one."""
    found = [column for column in profile.columns if column.is_number and _means(concept, column)]
    asked = [column for column in found if any(item.column == column for item in named)]
    main = main_number(profile)
    first = [column for column in found if column == main]
    return next((group[0] for group in (found, asked, first) if len(group) == 1), None)


def _means(concept: str, column: ColumnProfile) -> bool:
    own = normal(column.name)
    if _PER_PIECE & set(own.split()) or "单价" in own:
        return False
    others = [name for name in ("cost", "tax", "discount", "profit") if name != concept]
    return _has(concept, own) and not any(_has(other, own) for other in others)


def _has(concept: str, heading: str) -> bool:
    known = like(concept)
    in_chinese = any(not word.isascii() and word in heading for word in known)
    return heading in known or bool(known & set(heading.split())) or in_chinese


def _missing(
    is_margin: bool, revenue: ColumnProfile | None, cost: ColumnProfile | None, profile: TableProfile
) -> Unclear:
    """Which columns the computation needs, and which of them are not there."""
    formula = "(revenue − cost) ÷ revenue" if is_margin else "revenue − cost"
    missing = [name for name, column in (("revenue", revenue), ("cost", cost)) if column is None]
    several = [name for name in missing if any(c.is_number and _means(name, c) for c in profile.columns)]
    without = " and ".join(
        f"one column of {name}s" if name in several else f"a column of {name}s" for name in missing
    )
    what = "A margin" if is_margin else "A profit"
    there = "".join(f" It has “{column.name}”." for column in (revenue, cost) if column)
    return Unclear(
        f"{what} is {formula}. This table does not have {without}.{there}",
        "Shall I compute one of these?",
        choices(profile),
    )
