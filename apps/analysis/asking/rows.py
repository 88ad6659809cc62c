"""Questions about rows as they are: the first and last ones, and when they were."""

from __future__ import annotations

from apps.analysis.asking import lexicon
from apps.analysis.profiles import ColumnProfile, TableProfile
from apps.analysis.query import Order, TableQuery

_SHOWN_COLUMNS = 12
_ROWS_OF_FILE = ("row", "record", "line", "entr", "行", "条")


def rows_asked_for(text: str, profile: TableProfile, day: ColumnProfile | None) -> TableQuery | None:
    """“The last 10 orders”, “when was the first sale”; None for other questions."""
    some = lexicon.SOME_ROWS.search(text)
    is_latest = lexicon.LATEST.search(text) is not None
    is_earliest = lexicon.EARLIEST.search(text) is not None
    if lexicon.WHEN.search(text) and day is not None and not lexicon.HIGHEST.search(text):
        ends = ([] if is_latest and not is_earliest else ["min"]) + (
            [] if is_earliest and not is_latest else ["max"]
        )
        return TableQuery.model_validate(
            {"measures": [{"function": end, "column": day.name} for end in ends]}
        )
    if some is None or any(cue.search(text) for _, cue in lexicon.FUNCTIONS) or lexicon.BY.search(text):
        return None
    side, many, what = (
        some["side"] or some["side_zh"],
        some["many"] or some["many_zh"],
        some["what"] or some["what_zh"],
    )
    names = [column.name for column in profile.columns[:_SHOWN_COLUMNS]]
    descending = lexicon.LATEST.fullmatch(side) is not None
    if day is None or what.startswith(_ROWS_OF_FILE):
        order = Order(by="row", descending=descending)
    else:
        names = [day.name, *(name for name in names if name != day.name)]
        order = Order(by="dimension", descending=descending)
    return TableQuery(list_columns=names, order=[order], limit=int(many or 1))
