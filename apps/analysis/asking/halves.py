"""The second half of a question, where nothing of the answer is about it; and the measure that was taken."""

from __future__ import annotations

import re

from apps.analysis.asking.mentions import mentions
from apps.analysis.profiles import TableProfile
from apps.analysis.query import TableQuery
from apps.core.sentences import sentence

_SECOND = re.compile(
    r"(?:\band|\bdan|,|以及|并且|和) ?((?:(?:in|on|at|for|by|during|from|since|pada|di) )?"
    r"(?:what|which|when|where|who|why|how much|how many|bila|mana|berapa|siapa)\b[^?.!]{0,120}"
    r"|(?:什么时候|哪个|哪些|多少|为什么)[^？。！]{0,60})",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b(?:when|period|date|day|week|month|quarter|year|bila)\b|什么时候", re.IGNORECASE)
#: What the measure itself tells: “and by how much”.
_AMOUNT = re.compile(r"\bhow (?:much|many)\b|\bberapa\b|多少", re.IGNORECASE)
_MEANS_BOTH = re.compile(
    r"\bsold\b|\bbest[- ]?sell\w{0,5}|\bworst[- ]?sell\w{0,5}|卖得?|\blaku\b", re.IGNORECASE
)


def unanswered(question: str, query: TableQuery, profile: TableProfile) -> str:
    """The second question of a message when a column that it names, or a time, is not part of the query."""
    found = _SECOND.search(sentence(question))
    if found is None:
        return ""
    half = found[1].strip()
    used = {*query.list_columns, *(part.column for part in query.dimensions)}
    used |= {name for measure in query.computed for name in measure.columns}
    named = {mention.column.name for mention in mentions(half.casefold(), profile)}
    dated = any(part.bucket or _is_date(part.column, profile) for part in query.dimensions)
    if not named and _AMOUNT.search(half):
        return ""
    is_open = bool(named - used) or not named or (_TIME.search(half) is not None and not dated)
    return half if is_open else ""


def measure_taken(question: str, query: TableQuery) -> str:
    """“Sold” may be pieces or money: what the order is by, and how to ask for the other; "" if plain."""
    measures = [measure for measure in query.computed if measure.function == "sum" and measure.column]
    if not _MEANS_BOTH.search(sentence(question)) or not query.dimensions or not measures:
        return ""
    first, *others = [measure.column for measure in measures]
    said = f"“Sold” is measured by “{first}”."
    if not others or query.dimensions[0].bucket:
        return said
    return f"{said} For the order by the other, ask “{query.dimensions[0].column} by {others[0]}”."


def _is_date(name: str, profile: TableProfile) -> bool:
    column = profile.column(name)
    return column is not None and column.is_date
