"""What the query language cannot do, said by its name; and words that nothing was made of."""

from __future__ import annotations

import re

from apps.analysis.asking import lexicon, times
from apps.analysis.asking.lexicon import words
from apps.analysis.asking.places import Place, Places

_BEYOND: list[tuple[str, re.Pattern[str]]] = [
    (
        "a standard deviation or variance",
        words("standard deviations?", "std ?dev", "variances?", "标准差", "方差", "sisihan piawai"),
    ),
    (
        "a correlation",
        words("correlat(?:e[sd]?|ions?)", "regressions?", "相关性?", "回归", "korelasi", "regresi"),
    ),
    (
        "a forecast",
        words(
            "forecasts?", "predict(?:ion|ed|s)?", "projections?", "extrapolat(?:e|ion)", "预测",
            "ramal(?:an|kan)?",
        ),
    ),
    ("a percentile", words("percentiles?", "quantiles?", "quartiles?", "百分位数?", "分位数", "persentil")),
    (
        "a distribution by ranges of a number",
        words("distributions?", "histograms?", "分布", "直方图", "taburan"),
    ),
    ("a moving average", words("(?:moving|rolling) (?:averages?|sums?)", "移动平均", "purata bergerak")),
    ("a weighted average", words("weighted", "加权", "berwajaran")),
    ("an average growth rate (CAGR)", words("cagr", "compound(?:ed)? (?:annual )?growth", "复合增长率?")),
    ("a look-up in a second table", words("vlookup", "xlookup", "join with", "merge with")),
]  # fmt: skip
WHAT_IT_CAN = (
    "I can compute totals, averages, medians, lowest and highest values, counts, shares, running totals and "
    "changes, by any column or by time, filtered and ranked."
)
_NUMBER = re.compile(r"(?<![\w.,/:-])\d[\d,]*(?:\.\d+)?(?![\w/:-]*\d)")
#: Numbers that times are made of.
_OF_TIME = re.compile(
    r"(?:19|20)\d\d(?:[-/.]\d{1,2}(?:[-/.]\d{1,2})?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\bq[1-4]\b"
    r"|\d{1,4}\s*[年月日号季]|第?[一二三四1-4]季"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:of )?[a-z]{3,9}\b|[a-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?(?=[ ,]|$)"
    r"|(?:last|past|previous|next|first|最近|过去|terakhir)\s*\d{1,3}\s*"
    r"(?:days?|weeks?|months?|quarters?|years?|天|周|个?月|hari|minggu|bulan)"
    r"|\d{1,2}\s*(?:am|pm|点|:\d\d)"
)


#: A name in a sentence: a capital that does not begin it, or what comes after “in” and the like.
_CAPITAL = re.compile(r"(?<=[^.!?:\n] )[A-Z][\w&'’-]+(?: [A-Z][\w&'’-]+)*")
_AFTER = re.compile(r"(?<![a-z])(?:in|at|for|di|untuk|bagi)\s+(?:the |our |my |all )?(?P<word>[a-z][\w&'-]+)")
_ABBREVIATION = re.compile(r"[A-Z0-9]{2,5}")
_NO_NAME = re.compile(
    r"(?:last|this|past|previous|next|these|those|total|general|detail|each|every|any|both|order|me|us|you|it|that"
    r"|which|what|whom|terms|time|case|part|descending|ascending|attached|uploaded|file|table|sheet|data|dataset"
    r"|spreadsheet|workbook|document|report|form|format|picture|english|chinese|malay|excel|csv|pdf|powerpoint|i|one|two|three|percentage"
    r"|percent|dollars?|sgd|usd|myr|ringgit|comparison|addition|short|brief|words|numbers|fail|jadual|setiap|semua"
    r"|saya|kami|kita|ini|itu|mana|seluruh|more|less|about|over|under|sale|sales|business|company|q[1-4]|h[12]"
    r"|year|month|week|quarter|day|hour|half|weekday|weekend|days|weeks|months|quarters|years)s?"
)


def beyond(text: str) -> str:
    """What a question wants that cannot be computed here; "" when nothing is known."""
    return next((name for name, cue in _BEYOND if cue.search(text)), "")


def unread_name(question: str, known: list[Place]) -> str:
    """A name that is neither a value nor a column of the table: an answer without it would be another's."""
    text = question.casefold()
    cues = (match.span() for cue in lexicon.CUES for match in cue.finditer(text))
    read = Places([*known, *times.places(text), *cues])
    for match in _CAPITAL.finditer(question):
        start, end = match.span()
        is_plain = _ABBREVIATION.fullmatch(match[0]) or _NO_NAME.fullmatch(match[0].casefold())
        if not read.touch(start, end) and not is_plain:
            return match[0]
    for match in _AFTER.finditer(text):
        start, end = match.span("word")
        if not read.touch(start, end) and not _NO_NAME.fullmatch(match["word"]) and "." not in match["word"]:
            return question[start:end]
    return ""


#: “Footfall by outlet”: what stands before “by” should be measured.
_MEASURED = re.compile(
    r"(?<![\w-])([a-z][a-z-]{2,30})\s{1,3}(?:by|per|(?:for|in|of|at) (?:each|every)|mengikut)\b"
)
_NO_MEASURE = re.compile(
    r"(?:and|now|then|also|same|but|only|just|or|again|instead|split|group|grouped|broken|break|down|sort|sorted|order"
    r"|ordered|rank|ranked|divided|cut|separate|separated|arranged|chart|graph|plot|table|list|breakdown|overview|data"
    r"|figures|numbers|results|performance|performed|performing|report|detail|details|everything|all|them|these|those"
    r"|this|that|it|one|ones|what|about|how|view|please|file|sheet|show|see|filter|filtered|compare|compared|happened"
    r"|average|total|much|many|did|made|make|sell|business|trend|trends|development|change|changes|growth|up|out|dan|pula)"
)


def unread_measure(text: str, known: list[Place]) -> str:
    """What should be measured by something, but is no column: without it, another number would be shown."""
    cues = (match.span() for cue in lexicon.CUES for match in cue.finditer(text))
    read = Places([*known, *times.places(text), *times.cue_places(text), *cues])
    found = (match for match in _MEASURED.finditer(text) if not _NO_MEASURE.fullmatch(match[1]))
    return next((match[1] for match in found if not read.touch(*match.span(1))), "")


def unread_number(text: str, read: list[Place]) -> str:
    """A number of the question that no limit, value or time was made of."""
    known = [*read, *(match.span() for match in _OF_TIME.finditer(text)), *times.cue_places(text)]
    known += [match.span() for match in (*lexicon.TOP.finditer(text), *lexicon.SOME_ROWS.finditer(text))]
    for match in _NUMBER.finditer(text):
        if not any(start <= match.start() and match.end() <= end for start, end in known):
            return match[0]
    return ""
