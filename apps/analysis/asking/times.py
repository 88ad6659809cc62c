"""What a question says of time: by which pieces of it, on which days, before and after which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import cast

from apps.analysis.asking.lexicon import words
from apps.analysis.query import Bucket, Filter


@dataclass(frozen=True)
class Span:
    """Days that the question names, both included; `unit` is how long: day, week, month, quarter, year or
    "".
    """

    first: date
    last: date
    unit: str = ""


#: Words before a unit of time that ask which one of them.
_RANKED = r"(?:best|worst|top|strongest|weakest|highest|lowest|biggest|smallest|busiest) (?:\d+ |\w+ )?"
_EACH = "(?:by|per|each|every|which|what|and|,) ?(?:the )?"
_OF = "(?:setiap|mengikut|ikut) "
_CUES: list[tuple[Bucket, re.Pattern[str]]] = [
    (
        "weekday",
        words(
            f"{_EACH}week ?days?", f"{_RANKED}week ?days?", "days? of (?:the )?week",
            "weekdays? (?:on )?averages?", "按(?:照)?(?:星期几?|周几)", "星期几", "周几", "礼拜几",
            "各个?星期",
            f"(?:{_OF})?hari (?:dalam )?(?:se)?minggu", "hari apa",
        ),
    ),
    (
        "hour_of_day",
        words(
            f"{_EACH}hours?", f"{_RANKED}hours?", "peak hours?", "hourly", "hours? of (?:the )?day",
            "times? of (?:the )?day", "按小时", "每个?小时", "几点", "哪个(?:小时|时段)", f"{_OF}jam",
            "(?:pukul|jam) berapa",
        ),
    ),
    (
        "month_of_year",
        words("months? of (?:the )?year", "calendar months?", "seasonal(?:ly|ity)?", "季节性", "bermusim"),
    ),
    ("half_year", words("half[- ]?year(?:s|ly)?", "按半年", "每半年", "半年度", "setengah tahun")),
    (
        "quarter",
        words(
            "quarterly", f"{_EACH}quarters?", f"{_RANKED}quarters?", "quarters? (?:on|over|by) quarters?",
            "qoq",
            "按季度?", "每个?季度?", "各季度?", f"{_OF}suku tahun",
        ),
    ),
    (
        "month",
        words(
            "monthly", f"{_EACH}months?", f"{_RANKED}months?", "months? (?:on|over|by) months?", "mom",
            "over time",
            "trends?", "按月份?", "每个?月", "月度", "各月", "哪个月", "趋势", "环比", "bulanan",
            f"{_OF}bulan", "bulan mana",
        ),
    ),
    (
        "week",
        words(
            "weekly", f"{_EACH}weeks?", f"{_RANKED}weeks?", "weeks? (?:on|over|by) weeks?", "wow", "按周",
            "每周",
            "哪一?周", "mingguan", f"{_OF}minggu",
        ),
    ),
    (
        "day",
        words(
            "daily", f"{_EACH}(?:day|date)s?", f"{_RANKED}(?:day|date)s?", "按[天日]", "每[天日]",
            "哪一?天", "harian",
            f"{_OF}hari",
        ),
    ),
    (
        "year",
        words(
            "yearly", "annual(?:ly)?", f"{_EACH}years?", f"{_RANKED}years?", "years? (?:on|over|by) years?",
            "yoy",
            "按年", "每年", "各年", "哪一?年", "同比", "tahunan", f"{_OF}tahun",
        ),
    ),
]  # fmt: skip
#: “Average daily sales”: all of a day, on average over the days.
_AVERAGE = "(?:averages?|avg|mean|typical)"
_PER: list[tuple[Bucket, re.Pattern[str]]] = [
    (
        "day",
        words(f"{_AVERAGE} daily", f"daily {_AVERAGE}", "日均", "平均每[天日]", "purata harian"),
    ),
    ("week", words(f"{_AVERAGE} weekly", f"weekly {_AVERAGE}", "周均", "平均每周", "purata mingguan")),
    ("month", words(f"{_AVERAGE} monthly", f"monthly {_AVERAGE}", "月均", "平均每个?月", "purata bulanan")),
    ("quarter", words(f"{_AVERAGE} quarterly", f"quarterly {_AVERAGE}")),
    (
        "year",
        words(f"{_AVERAGE} (?:yearly|annual)", f"(?:yearly|annual) {_AVERAGE}", "年均", "purata tahunan"),
    ),
]  # fmt: skip
_PER_SHORT = words("(?:per|a|each|every) (?P<unit>day|week)", "setiap (?P<satu>hari|minggu)")
_MALAY = {"hari": "day", "minggu": "week"}
_WEEKDAYS = (
    "mondays?|星期一|周一|礼拜一|isnin", "tuesdays?|星期二|周二|礼拜二|selasa",
    "wednesdays?|星期三|周三|礼拜三|rabu",
    "thursdays?|星期四|周四|礼拜四|khamis", "fridays?|星期五|周五|礼拜五|jumaat",
    "saturdays?|星期六|周六|礼拜六|sabtu",
    "sundays?|星期[日天]|周[日天]|礼拜[日天]|ahad",
)  # fmt: skip
_MONTHS = (
    "jan(?:uary|uari)?|feb(?:ruary|ruari)?|mar(?:ch)?|mac|apr(?:il)?|may|mei|june?|jul(?:y|ai)?|aug(?:ust)?"
    "|ogos|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?|disember"
)
_NAMES = words(
    _MONTHS, *(name for names in _WEEKDAYS for name in names.split("|")), "today|yesterday|hari ini|semalam"
)
_WEEKEND = words("weekends?", "周末", "hujung minggu")
_WORKDAYS = words("(?:on|during) (?:the )?weekdays", "working days?", "workdays?", "工作日", "hari bekerja")
#: Open ends: the word, and which end of the span is a limit.
_DAYS = (
    r"(?:the )?(?:end of |beginning of |start of )?(?=\d|q[1-4]|[a-z]{3,9}\.? \d|last|this"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mac|mei|ogos|okt|dis)"
)
_OPEN = [
    ("lt", "first", re.compile(rf"\b(?:before|prior to|earlier than|sebelum)\s+{_DAYS}|(?:之前|以前)")),
    ("gt", "last", re.compile(rf"\b(?:after|later than|selepas)\s+{_DAYS}|(?:之后|以后)")),
    ("lte", "last", re.compile(rf"\b(?:until|till|up to|through|hingga|sehingga)\s+{_DAYS}|(?:为止|截至)")),
    ("gte", "first", re.compile(rf"\b(?:since|sejak|starting(?: from)?|from)\s+{_DAYS}|(?:以来|起)")),
]


def bucket_of(text: str) -> Bucket:
    """The pieces of time by which a question groups; "" for none."""
    return next((bucket for bucket, cue in _CUES if cue.search(text)), "")


def cue_places(text: str) -> list[tuple[int, int]]:
    """Where the words stand that name pieces of time."""
    return [match.span() for _, cue in _CUES for match in cue.finditer(text)]


def places(text: str) -> list[tuple[int, int]]:
    """Where words stand that are of time in any way."""
    found = [*cue_places(text), *(match.span() for match in _NAMES.finditer(text))]
    return found + [match.span() for match in (*_WEEKEND.finditer(text), *_WORKDAYS.finditer(text))]


def average_over(text: str, *, is_counting: bool) -> Bucket:
    """The time whose totals are averaged: “average daily sales”, “average number of orders per month”."""
    named = next((bucket for bucket, cue in _PER if cue.search(text)), "")
    if named:
        return cast("Bucket", named)
    if is_counting:
        bucket = bucket_of(text)
        return bucket if bucket in {"day", "week", "month", "quarter", "year"} else ""
    short = _PER_SHORT.search(text)
    if short is None:
        return ""
    unit = short["unit"] or _MALAY[short["satu"]]
    return cast("Bucket", unit)


def weekdays_in(text: str) -> list[str]:
    """The days of the week that a question is restricted to, as numbers from Monday."""
    if _WEEKEND.search(text) and not _is_weekday_word(text):
        return ["6", "7"]
    if _WORKDAYS.search(text):
        return ["1", "2", "3", "4", "5"]
    return [str(number) for number, names in enumerate(_WEEKDAYS, 1) if words(*names.split("|")).search(text)]


def contrasts_weekend(text: str) -> bool:
    """“Weekends against weekdays”."""
    return bool(_WEEKEND.search(text)) and _is_weekday_word(text)


def _is_weekday_word(text: str) -> bool:
    return re.search(r"\b(?:weekdays?|working days?|workdays?)\b|工作日|平日", text) is not None


def span_filters(text: str, spans: list[Span], column: str) -> list[Filter]:
    """The days that the question names, as a test of the column; with an open end where it has one."""
    if not spans:
        return []
    if len(spans) == 1:
        for operator, end, cue in _OPEN:
            if cue.search(text) and not _is_closed(operator, text):
                return [Filter(column=column, operator=operator, values=[getattr(spans[0], end).isoformat()])]
    values = [day.isoformat() for span in spans for day in (span.first, span.last)]
    return [Filter(column=column, operator="between", values=values)]


def _is_closed(operator: str, text: str) -> bool:
    """“From March to May” has both ends; “from March” goes on."""
    return (
        operator == "gte"
        and re.search(r"\bfrom\b", text) is not None
        and not re.search(r"\b(?:onwards?|on)\b|\bsince\b", text)
    )
