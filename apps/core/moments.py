"""Days and moments that people may put into the books."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from apps.core.errors import Invalid

#: Nothing that the house keeps a day of is older, or planned further ahead: a year outside is a slip of
#: the keyboard. The ends of the calendar (years 1 and 9999) must stay out in any case: in another zone such a
#: moment falls off the calendar, and then its row can be stored but never read again.
FIRST_YEAR, LAST_YEAR = 2000, 2100


def is_sane(day: date) -> bool:
    """Whether the day, or moment on the clock that it came with, lies in the years that are kept."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def require_sane(day: date | None, field: str) -> None:
    """Let a day or moment (None: none was given) of the years that are kept pass.

    Raises `Invalid` with the code `moment_out_of_range`, which names the `field`.
    """
    if day is None or is_sane(day):
        return
    told = {"year": day.year, "first": FIRST_YEAR, "last": LAST_YEAR}
    sentence = (
        _("The year %(year)d cannot be right: choose a date between the years %(first)d and %(last)d.") % told
    )
    raise Invalid(sentence, code="moment_out_of_range", errors={field: [sentence]})
