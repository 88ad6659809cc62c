"""The day on which something happened, in a sentence: English, Chinese and Malay."""

from __future__ import annotations

import re
from datetime import date, timedelta

from apps.assistant.slots.moments import days_ahead
from apps.assistant.slots.periods import MALAY_MONTHS, MONTHS

#: Words of a day, and how many days ago it was; the longer ones are looked for first.
_AGO = {
    "the day before yesterday": 2, "day before yesterday": 2, "yesterday": 1, "last night": 1, "today": 0,
    "this morning": 0, "this afternoon": 0, "just now": 0, "a week ago": 7, "one week ago": 7,
    "大前天": 3, "前天": 2, "昨天": 1, "昨日": 1, "昨晚": 1, "今天": 0, "今早": 0, "刚才": 0, "刚刚": 0,
    "kelmarin": 2, "semalam": 1, "hari ini": 0, "pagi tadi": 0, "tadi": 0, "seminggu lalu": 7,
}  # fmt: skip
_NUMBERS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "两": 2,
    "三": 3,
    "dua": 2,
    "tiga": 3,
}
_DAYS_AGO = re.compile(
    r"(\d{1,2}|a|one|two|three|four|five|两|三|dua|tiga) ?(?:days? ago|天前|hari (?:lalu|lepas))"
)
_WEEKDAYS = (
    ("mon(?:day)?", "一", "isnin"), ("tue(?:s|sday)?", "二", "selasa"), ("wed(?:nesday)?", "三", "rabu"),
    ("thu(?:rs?|rsday)?", "四", "khamis"), ("fri(?:day)?", "五", "jumaat"), ("sat(?:urday)?", "六", "sabtu"),
    ("sun(?:day)?", "[日天]", "ahad"),
)  # fmt: skip
_NUMBER_OF = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {
    name[:3]: number for name, number in MALAY_MONTHS.items()
}
_MONTH = "|".join(sorted({*MONTHS, *MALAY_MONTHS, *_NUMBER_OF, "sept"}, key=len, reverse=True))
_NAMED = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b\.?(?: (20\d\d))?")
_NAME_FIRST = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (20\d\d))?")
_ISO = re.compile(r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b")
_FIGURES = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(20\d\d))?(?![\d/])")
_CHINESE = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[日号]?")
_WEEK = re.compile(
    r"\b(?:last|this) (?:week|month)\b|上(?:个)?(?:周|星期|月)(?![一二三四五六日天])|minggu (?:lepas|lalu)"
)
_NEXT = re.compile(r"\b(?:next|coming)\b|下(?:个)?(?:周|星期)|depan")
#: A day without a year that lies so soon ahead is one to come, and not that of last year.
_SOON = timedelta(days=60)


def day_said(text: str, today: date) -> date | None:
    """The day that a sentence about the past names; today when it names none.

    None for a day to come, and for a week or month, of which it is one day.
    """
    lowered = text.casefold()
    found = _near(lowered, today) or _dated(lowered, today) or _weekday(lowered, today)
    if found is None and (_WEEK.search(lowered) or days_ahead(text, today)):
        return None
    found = found or today
    return found if found <= today else None


def _near(text: str, today: date) -> date | None:
    for words in sorted(_AGO, key=len, reverse=True):
        if re.search(rf"(?<![a-z]){words}(?![a-z])", text):
            return today - timedelta(days=_AGO[words])
    if found := _DAYS_AGO.search(text):
        return today - timedelta(days=_NUMBERS.get(found[1]) or int(found[1]))
    return None


def _dated(text: str, today: date) -> date | None:
    if found := _ISO.search(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _CHINESE.search(text):
        return _latest(today, int(found[2]), int(found[3]), found[1])
    if found := _NAMED.search(text):
        return _latest(today, _NUMBER_OF[found[2][:3]], int(found[1]), found[3])
    if found := _NAME_FIRST.search(text):
        return _latest(today, _NUMBER_OF[found[1][:3]], int(found[2]), found[3])
    if found := _FIGURES.search(text):
        return _latest(today, int(found[2]), int(found[1]), found[3])
    return None


def _latest(today: date, month: int, day: int, year: str | None) -> date | None:
    """Without a year, the latest day of that name, or the one that comes soon."""
    found = _date(int(year or today.year), month, day)
    if found is None or year or found <= today + _SOON:
        return found
    return _date(today.year - 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(text: str, today: date) -> date | None:
    """The latest day of that name; "last Friday" is never today."""
    for number, (english, chinese, malay) in enumerate(_WEEKDAYS):
        found = re.search(
            rf"(?<![a-z])(last )?(?:{english}|{malay})(?![a-z])|(上)?(?:个)?(?:星期|周|礼拜){chinese}", text
        )
        if found is None:
            continue
        back = (today.weekday() - number) % 7
        if _NEXT.search(text):
            return today + timedelta(days=7 - back)
        if found[2]:
            return today - timedelta(days=today.weekday() + 7 - number)
        return today - timedelta(days=back or (7 if found[1] else 0))
    return None
