"""Whether a statement is the last word on its period: a running one grows, an open month may still change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.periods import Period
from apps.documents.numbers import day
from apps.finance.models import ClosedMonth

if TYPE_CHECKING:
    from apps.accounts.models import User

#: More months than these are counted and not named.
NAMED = 3


@dataclass(frozen=True)
class Completeness:
    """How far a period has come by `today`, and which of its months (their first days) are not closed."""

    period: Period
    today: date
    open_months: tuple[date, ...]

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.period.end <= self.today

    @property
    def is_final(self) -> bool:
        """Whether nothing can be posted into it any more."""
        return self.is_over and not self.open_months

    @property
    def sentence(self) -> str:
        """For those who read the statement."""
        if self.period.start > self.today:
            return _("Not complete: the period has not begun.")
        if not self.is_over:
            told = {"today": day(self.today), "last": day(self.period.last_day)}
            return (
                _("Not complete: this is what is posted up to %(today)s; the period ends on %(last)s.") % told
            )
        if self.is_final:
            return _("Complete: its months are closed, and nothing is posted into them any more.")
        if len(self.open_months) > NAMED:
            told = {"number": str(len(self.open_months))}
            return (
                _("Not final: %(number)s of its months are not closed, so entries may still be posted.")
                % told
            )
        names = [date_format(month, "F Y") for month in self.open_months]
        text = ngettext(
            "Not final: %(months)s is not closed yet, so entries may still be posted.",
            "Not final: %(months)s are not closed yet, so entries may still be posted.",
            len(names),
        )
        return text % {"months": get_text_list(names, _("and"))}


def completeness(user: User, period: Period, now: datetime) -> Completeness:
    """Of `period` at `now`, as far as `user` may know which months are closed."""
    today = now.astimezone(ZoneInfo(period.tz)).date()
    months = _months(period)
    known = ClosedMonth.objects.visible_to(user).filter(month__in=months)
    closed = set(known.values_list("month", flat=True))
    return Completeness(period, today, tuple(month for month in months if month not in closed))


def _months(period: Period) -> list[date]:
    found = [Period.month_of(period.start)]
    while found[-1].end < period.end:
        found.append(Period.month_of(found[-1].end))
    return [month.start for month in found]
