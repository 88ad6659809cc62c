"""Days as receipts print them: the day before the month, unless the year comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from apps.core.moments import is_sane

#: By the first three letters, in English and Malay.
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mac": 3, "apr": 4, "may": 5, "mei": 5, "jun": 6, "jul": 7, "aug": 8,
    "ogo": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dis": 12,
}  # fmt: skip
_NAME = r"([A-Za-z]{3,9})\.?"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\d)(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"), "ymd"),
    (re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](20\d\d|\d\d)(?!\d)"), "dmy"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_NAME}[\s,-]+(20\d\d|\d\d)(?!\d)"), "dny"),
    (re.compile(rf"(?<![A-Za-z]){_NAME}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(20\d\d)(?!\d)"), "ndy"),
)


@dataclass(frozen=True)
class Dated:
    """A day that a line names with its year, and where; `is_unsure` when day and month could be swapped."""

    day: date
    is_unsure: bool
    start: int
    end: int


def dated(line: str) -> Iterator[Dated]:
    """The days on a line that have a year."""
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(line):
            parts = dict(zip(order, match.groups(), strict=True))
            month = MONTHS.get(parts["n"][:3].lower(), 0) if "n" in parts else int(parts["m"])
            if found := _day(parts["y"], month, int(parts["d"]), may_swap=order == "dmy"):
                is_unsure = order == "dmy" and found.day <= 12 and found.day != found.month
                yield Dated(found, is_unsure, *match.span())


def days_in(line: str) -> Iterator[tuple[date, bool]]:
    """The days on a line, and whether day and month could also be the other way round."""
    return ((found.day, found.is_unsure) for found in dated(line))


def _day(year: str, month: int, day: int, *, may_swap: bool) -> date | None:
    """11/22/2026 can only be the American way; 2026-13-01 is no day in any."""
    full = int(year) if len(year) == 4 else 2000 + int(year)
    return _sane(full, month, day) or (_sane(full, day, month) if may_swap else None)


def _sane(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if is_sane(found) else None
