"""Which part each column plays in a question: what is measured, what it is grouped by, what is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from apps.analysis.asking import lexicon, times
from apps.analysis.asking.mentions import Mention, mentions
from apps.analysis.asking.places import Place, Places
from apps.analysis.profiles import ColumnProfile, TableProfile

#: What may stand between a cue and its column: “top 5 of the customers”.
_GAP = re.compile(
    r"[\s\d的]*(?:of |the |our |my |all |and |different |unique |distinct |名|个|家|位|种)*[\s的]*"
)
#: Farther than this before a column, a cue is about something else.
_NEAR = 80
#: Columns before it that one may be joined to; names that are one within another end close by.
_LAST_ENDS = 4
_JOINED = re.compile(r"\s{0,3}(?:and|&|,|/|和|与|及|dan)\s{0,3}(?:by |per )?(?:the )?\s{0,3}")
_THINGS = lexicon.words(
    "orders?", "transactions?", "sales made", "deals?", "purchases?", "订单", "交易", "pesanan", "transaksi"
)
_BOTH = {"sold", "卖得", "卖出", "售出", "卖了"}
#: “By rating” groups by a number; “by revenue” sorts by one.
_FEW = 30
#: Words that may follow a cue without being a column.
_FILLERS = re.compile(
    r"a|across|after|all|an|and|are|as|at|bagi|baris|before|between|by|column|columns|csv|dalam|dan|"
    r"data|di|did|do|does|each|entries|every|excel|fail|file|for|from|had|has|have|how|i|in|ini|is|"
    r"its|itu|jadual|kita|lines|many|mengikut|much|my|not|number|numbers|of|on|or|order|orders|our|"
    r"over|per|pesanan|record|records|rekod|row|rows|setiap|sheet|spreadsheet|table|that|the|their|"
    r"there|these|they|this|those|to|transaction|transactions|untuk|value|values|was|we|were|what|"
    r"which|who|with|within|yang|you|everything|them|it"
)
#: What may stand before “customers by channel”.
_LEAD = re.compile(r"\W{0,3}(?:(?:show|me|give|the|our|all|and|now|please|chart|of|a|table|list) ){0,6}")
_NEXT = re.compile(r"\s{1,3}([a-z][a-z-]{1,60})")


@dataclass
class Roles:
    """Columns by the part they play. `counted` is what “how many …” counts; `counts_rows` when that is no
    column. `cued` are those that the question groups by in so many words. `doubt` holds words that may be
    several columns, `unknown` one that is none.
    """

    measures: list[ColumnProfile] = field(default_factory=list)
    dimensions: list[ColumnProfile] = field(default_factory=list)
    dates: list[ColumnProfile] = field(default_factory=list)
    cued: list[ColumnProfile] = field(default_factory=list)
    counted: ColumnProfile | None = None
    counts_rows: bool = False
    doubt: list[tuple[str, list[ColumnProfile]]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    unknown: str = ""


def cast_roles(text: str, profile: TableProfile, taken: list[Place]) -> Roles:
    """The parts of all columns that the question names outside of the `taken` places."""
    every = mentions(text, profile)
    known = Places(taken)
    free = [mention for mention in every if not known.touch(mention.start, mention.end)]
    free = _without_function_words(text, free)
    roles = Roles()
    ends: list[int] = []
    ranked = any(cue.search(text) for cue in (lexicon.TOP, lexicon.HIGHEST, lexicon.LOWEST))
    for start, end, group in _by_place(free):
        word = text[start:end]
        cued = _follows(text, start, lexicon.BY) or _follows(text, start, lexicon.WHICH)
        joined = any(_JOINED.fullmatch(text[before:start]) for before in ends[-_LAST_ENDS:])
        counted = _follows(text, start, _COUNTS)
        _cast(roles, word, group, as_dimension=bool(cued or joined), as_counted=bool(counted), ranked=ranked)
        if _follows(text, start, lexicon.BY):
            roles.cued.extend(mention.column for mention in group)
        if group[0].column in roles.dimensions:
            ends.append(end)
        for mention in group:
            roles.places.setdefault(mention.column.name, (start, end))
    _settle(text, roles)
    roles.unknown = _unknown(text, [*taken, *((mention.start, mention.end) for mention in every)])
    return roles


def _unknown(text: str, known: list[Place]) -> str:
    """A thing that should be summed or grouped by, but is neither a column nor a value nor a time."""
    cues = [pattern for name, pattern in lexicon.FUNCTIONS if name in {"sum", "avg", "median"}]
    known = [*known, *times.cue_places(text)]
    for words in (lexicon.PER_ORDER, lexicon.RUNNING):
        known += [match.span() for match in words.finditer(text)]
    read = Places(known)
    for cue in (*cues, lexicon.BY):
        for match in cue.finditer(text):
            at = match.end() - len(match[0]) + len(match[0].rstrip())
            while (word := _NEXT.match(text, at)) and word[1] in {"of", "the", "number", "each", "every"}:
                at = word.end()
            is_free = word is not None and not read.touch(*word.span(1))
            if word is not None and is_free and not _FILLERS.fullmatch(word[1]) and not _is_time(word[1]):
                return word[1]
    return ""


def _is_time(word: str) -> bool:
    return re.fullmatch(r"(?:day|week|month|quarter|year|hari|minggu|bulan|tahun|suku)s?", word) is not None


_COUNTS = re.compile(
    "|".join(pattern.pattern for name, pattern in lexicon.FUNCTIONS if name.startswith("count")),
    re.IGNORECASE,
)


def _cast(
    roles: Roles, word: str, group: list[Mention], *, as_dimension: bool, as_counted: bool, ranked: bool
) -> None:
    columns = [mention.column for mention in group]
    dates = [column for column in columns if column.is_date]
    numbers = [column for column in columns if column.is_number]
    others = [column for column in columns if not column.is_date and not column.is_number]
    # “Top outlets by quantity” ranks by the number; “sales by rating” groups by it.
    few = [column for column in numbers if column.kind == "integer" and column.distinct <= _FEW]
    grouping = others or ([] if ranked and roles.dimensions else few)
    if as_dimension and (grouping or not numbers):
        _add(roles, roles.dimensions, word, grouping)
        roles.dates.extend(dates)
    elif numbers:
        _add(roles, roles.measures, word, numbers)
    elif as_counted and others and roles.counted is None:
        roles.counted = others[0]
    elif others:
        _add(roles, roles.dimensions, word, others)
    else:
        roles.dates.extend(dates)


def _add(roles: Roles, target: list[ColumnProfile], word: str, columns: list[ColumnProfile]) -> None:
    """One column is meant by a word, unless it speaks of money and pieces alike."""
    if len(columns) > 1 and word not in _BOTH and not any(column in target for column in columns):
        roles.doubt.append((word, columns))
        return
    target.extend(column for column in columns if column not in target and column not in roles.dimensions)


def _settle(text: str, roles: Roles) -> None:
    """“Which customer has the most orders”: beside the customer, orders are counted."""
    most = re.compile(f"(?:{lexicon.HIGHEST.pattern}|{lexicon.LOWEST.pattern})", re.IGNORECASE)
    is_each = any(column in roles.cued for column in roles.dimensions)
    if roles.counted is None and not roles.measures and len(roles.dimensions) > 1 and not is_each:
        for column in roles.dimensions:
            if _follows(text, roles.places[column.name][0], most):
                roles.counted = column
    if roles.counted is None and not roles.measures and is_each and not most.search(text):
        roles.counted = _things_of_each(text, roles)
    if roles.counted is not None:
        roles.dimensions = [column for column in roles.dimensions if column != roles.counted]
    roles.measures = [column for column in roles.measures if column not in roles.dimensions]
    things = [match.start() for match in _THINGS.finditer(text)]
    is_named = any(roles.places[column.name][0] in things for column in roles.dimensions)
    roles.counts_rows = bool(things) and not roles.measures and not is_named


def _things_of_each(text: str, roles: Roles) -> ColumnProfile | None:
    """“Customers by channel”: how many there are of each. None where the question names them otherwise."""
    others = [column for column in roles.dimensions if column not in roles.cued]
    first_by = min(roles.places[column.name][0] for column in roles.cued)
    if len(others) != 1 or lexicon.COMPARE.search(text) or lexicon.SHARE.search(text):
        return None
    start, end = roles.places[others[0].name]
    is_many = end < first_by and text[start:end].endswith("s") and lexicon.BY.search(text, end, first_by)
    return others[0] if is_many and _LEAD.fullmatch(text[:start]) else None


def _without_function_words(text: str, found: list[Mention]) -> list[Mention]:
    """“Total quantity” is not about the column Total, unless nothing else is named."""
    spans = [match.span() for _, pattern in lexicon.FUNCTIONS for match in pattern.finditer(text)]
    spans += [
        match.span() for pattern in (lexicon.HIGHEST, lexicon.LOWEST) for match in pattern.finditer(text)
    ]
    spans += times.cue_places(text)
    words = Places(spans)
    inside = [mention for mention in found if words.hold(mention.start, mention.end)]
    rest = [mention for mention in found if not words.hold(mention.start, mention.end)]
    has_number = any(mention.column.is_number for mention in rest)
    return (
        rest
        if has_number or not inside
        else [*rest, *(mention for mention in inside if mention.column.is_number and mention.score >= _PLAIN)]
    )


_PLAIN = 100


def _by_place(found: list[Mention]) -> list[tuple[int, int, list[Mention]]]:
    places: dict[Place, list[Mention]] = {}
    for mention in found:
        places.setdefault((mention.start, mention.end), []).append(mention)
    return [(start, end, group) for (start, end), group in sorted(places.items())]


def _follows(text: str, start: int, cue: re.Pattern[str]) -> bool:
    """Whether the cue stands just before that place."""
    near = cue.finditer(text, max(0, start - _NEAR), start)
    return any(_GAP.fullmatch(text[match.end() : start]) for match in near)
