"""What a reader may ask for: typed fields that become a form, API parameters and a tool's arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from apps.core.periods import Period

#: The longest span that a report covers.
MAX_DAYS = 1100
#: Others are typing errors, and calendars end: no days come before the first or after the last one.
YEARS = range(2000, 2100)
PRESETS: Mapping[str, Promise | str] = {
    "today": _("Today"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "this_year": _("This year"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "last_365_days": _("Last 365 days"),
}
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_LAST = re.compile(r"last_(\d+)_days")


def _checked(text: str) -> str:
    if text not in PRESETS:
        _span(text)
    return text


def _span(text: str) -> tuple[date, date]:
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"Name a period ({', '.join(PRESETS)}) or write FROM..TO as YYYY-MM-DD..YYYY-MM-DD.")
    first, last = (date.fromisoformat(day) for day in found.groups())
    if first.year not in YEARS or last.year not in YEARS:
        raise ValueError(f"A report covers days from {YEARS[0]} to {YEARS[-1]}.")
    if last < first:
        raise ValueError("The period ends before it begins.")
    if (last - first).days >= MAX_DAYS:
        raise ValueError(f"A report covers {MAX_DAYS} days at most.")
    return first, last


#: A preset ("last_month") or two days, both included ("2026-10-01..2026-10-31"). A preset moves with the
#: calendar, so that a report that is sent every Monday means another week each time.
PeriodText = Annotated[str, AfterValidator(_checked)]


@dataclass(frozen=True)
class Options:
    """For `Annotated[str, Options(...)]`: the values a field may have, each with its label.

    `choices(user)` is asked for each reader, because some may choose among more than others. Empty text means
    no restriction.
    """

    choices: Callable[[object], Iterable[tuple[str, str]]]


class Filters(BaseModel):
    """What a report that is as of now can be asked for. Derive from it; unknown fields are refused.

    A field's `title` is its label, its `description` the help text. Both are declared with `gettext_noop`,
    because a schema takes plain text, and translated where people read them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportFilters(Filters):
    """What a report on a period can be asked for."""

    period: PeriodText = Field(
        "this_month",
        title=gettext_noop("Period"),
        description=gettext_noop("A preset such as last_month, or FROM..TO as ISO days."),
    )


def period_of(filters: Filters, *, now: datetime, tz: str) -> Period | None:
    """The days that are asked about; None where the report is as of now."""
    if not isinstance(filters, ReportFilters):
        return None
    return resolve_period(filters.period, now=now, tz=tz)


def resolve_period(text: str, *, now: datetime, tz: str) -> Period:
    """The days that `text` means for somebody in zone `tz` at `now`."""
    today = now.astimezone(ZoneInfo(tz)).date()
    if found := _LAST.fullmatch(text):
        return Period.last_days(int(found.group(1)), today, tz)
    spans: dict[str, Callable[[], Period]] = {
        "today": lambda: Period(today, today + timedelta(days=1), tz),
        "this_week": lambda: Period.week_of(today, tz),
        "last_week": lambda: Period.week_of(today, tz).previous(),
        "this_month": lambda: Period.month_of(today, tz),
        "last_month": lambda: Period.month_of(today, tz).previous(),
        "this_quarter": lambda: Period.quarter_of(today, tz),
        "last_quarter": lambda: Period.quarter_of(today, tz).previous(),
        "this_year": lambda: Period.year_of(today, tz),
    }
    if text in spans:
        return spans[text]()
    first, last = _span(text)
    return Period(first, last + timedelta(days=1), tz)
