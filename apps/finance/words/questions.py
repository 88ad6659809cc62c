"""A question for a figure of the books: profit, revenue, expenses, one category; and its comparison."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from apps.assistant.slots.periods import Span
from apps.core.sentences import sentence
from apps.finance.choices import EntryKind
from apps.finance.models import Category
from apps.finance.words.lookups import named_category
from apps.finance.words.periods import statement_period

FigureName = Literal["profit", "revenue", "expense"]

_ASKS = re.compile(
    r"\b(?:how much|how many|what (?:was|were|is|are|did)|did we|do we|are we|have we|"
    r"is (?:it|the company|our)|compare|berapa(?:kah)?|adakah|apakah)\b|多少|[吗?]|是否|有没有|比较|what's",
    re.IGNORECASE,
)
#: Who says one of these wants the paper.
_WHOLE = re.compile(
    r"\b(?:statements?|reports?|p\s?&\s?l|profit (?:and|&) loss|summary|pdf|accounts|penyata|laporan|"
    r"untung rugi|aliran tunai|cash)\b|报表|损益表|报告|现金",
    re.IGNORECASE,
)
_WORDS: dict[FigureName, re.Pattern[str]] = {
    "profit": re.compile(
        r"\b(?:profits?|profitable|loss|losses|making money|make money|net result|untung|keuntungan|"
        r"rugi|kerugian)\b|利润|盈利|亏损|赚|净利",
        re.IGNORECASE,
    ),
    "revenue": re.compile(
        r"\b(?:revenues?|income|earn(?:ed|ings)?|sales|turnover|hasil|pendapatan)\b|收入|营收|进账",
        re.IGNORECASE,
    ),
    "expense": re.compile(
        r"\b(?:expenses?|costs?|spend|spent|spending|pay|paid|perbelanjaan|belanja|kos)\b|支出|费用|花|开支|成本",
        re.IGNORECASE,
    ),
}  # fmt: skip
#: Between what is asked for and what it is held against.
_AGAINST = re.compile(
    r"\b(?:compared? (?:with|to|against)|compared|versus|vs|against|than|berbanding(?: dengan)?|"
    r"dibandingkan dengan)\b"
    r"|相比|对比|[与和跟比](?=[^,。,?]{1,20}(?:比|如何|怎么样|[多少高低]))",
    re.IGNORECASE,
)
_COMPARE = re.compile(r"\b(?:compare|bandingkan)\b|比较", re.IGNORECASE)
_AND = re.compile(r"\b(?:with|and|dengan|dan)\b|[与和跟]", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    r"\b(?:last year|the year before|a year (?:ago|earlier)|tahun (?:lepas|lalu))\b|去年|上年", re.IGNORECASE
)


@dataclass(frozen=True)
class Question:
    """The figures that are asked for, in the order of the words; of one category only, if one is named.

    `against` is what the person compares with; None leaves it to the span just before.
    """

    figures: tuple[FigureName, ...]
    category: Category | None = None
    period: Span | None = None
    against: Span | None = None


def read_question(text: str, today: date) -> Question | None:
    """The question of a sentence; None where it wants the whole statement, or none."""
    text = sentence(text)
    if _WHOLE.search(text):
        return None
    period, against = compared(text, today)
    found = sorted((match.start(), name) for name, words in _WORDS.items() if (match := words.search(text)))
    figures = tuple(name for _, name in found)
    category = None if "profit" in figures else named_category(text, _kind(figures))
    if category:
        figures = ("revenue" if category.kind == EntryKind.REVENUE else "expense",)
    if not figures:
        return Question(("revenue", "expense", "profit"), None, period, against) if against else None
    if not (_ASKS.search(text) or against):
        return None
    return Question(figures, category, period, against)


def _kind(figures: Sequence[FigureName]) -> str:
    """Of which kind a category would be; "" where both or none are spoken of."""
    return figures[0] if len(figures) == 1 else ""


def compared(text: str, today: date) -> tuple[Span | None, Span | None]:
    """The period that is asked for, and the one behind “compared with”, if it names another."""
    text = sentence(text)
    first, second = _halves(text)
    period = statement_period(first, today) or statement_period(text, today)
    if not second or period is None:
        return period, None
    against = statement_period(second, today)
    if _YEAR_BEFORE.search(second) and (against is None or _is_year(against)):
        against = _a_year_before(period)
    return period, against if against != period else None


def _halves(text: str) -> tuple[str, str]:
    if match := _AGAINST.search(text):
        return text[: match.start()], text[match.end() :]
    if (begun := _COMPARE.search(text)) and (match := _AND.search(text, begun.end())):
        return text[: match.start()], text[match.end() :]
    return text, ""


def _is_year(span: Span) -> bool:
    return (span[1] - span[0]).days > 300


def _a_year_before(span: Span) -> Span:
    return _shifted(span[0]), _shifted(span[1])


def _shifted(day: date) -> date:
    """29 February becomes the last of the month."""
    is_end = (day.month, day.day) in {(2, 29), (2, 28)}
    if is_end:
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
