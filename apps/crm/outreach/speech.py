"""The languages of letters: their sentences, and days as they are written in them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

#: `zh` is Simplified, `zh-Hant` Traditional Chinese.
Language = Literal["en", "zh", "zh-Hant", "ms"]

_FILE = Path(__file__).with_name("words.yaml")
_ENGLISH_DAY = "{day} {month}"
_ENGLISH_WEEKDAY = "{weekday}, {day}"
_ENGLISH_YEAR = "{day} {year}"
_SATURDAY = 5


def is_chinese(language: str) -> bool:
    """Whether it is written without blanks between words."""
    return language.startswith("zh")


@cache
def words(language: Language) -> dict[str, Any]:
    """The sentences of a language."""
    everything: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return everything[language]


def day_in(language: Language, day: date, *, today: date) -> str:
    """`3 November`, with the year when it is another than today's."""
    known = words(language)
    text = known.get("day", _ENGLISH_DAY).format(day=day.day, month=_month(known, day))
    return _with_year(known, text, day, today)


def weekday_in(language: Language, day: date, *, today: date) -> str:
    """`Thursday, 26 November`."""
    known = words(language)
    name = known["weekdays"][day.weekday()] if "weekdays" in known else f"{day:%A}"
    dated = day_in(language, day, today=today)
    return str(known.get("weekday", _ENGLISH_WEEKDAY)).format(day=dated, weekday=name)


def month_in(language: Language, day: date, *, today: date) -> str:
    """`February 2025`, or `August` of this year."""
    known = words(language)
    return _with_year(known, _month(known, day), day, today)


def working_day(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= _SATURDAY else day


def _month(known: dict[str, Any], day: date) -> str:
    return str(known["months"][day.month - 1]) if "months" in known else f"{day:%B}"


def _with_year(known: dict[str, Any], text: str, day: date, today: date) -> str:
    if day.year == today.year:
        return text
    return str(known.get("year", _ENGLISH_YEAR)).format(day=text, year=day.year)
