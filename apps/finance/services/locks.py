"""Rights, the entry that somebody is about to change, and the books that somebody is about to close."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import Conflict, Forbidden, Invalid, NotFound
from apps.core.periods import local_today
from apps.core.versions import lock
from apps.finance.models import ClosedMonth, Entry

#: An arbitrary number that stands for "the books" among PostgreSQL's advisory locks.
BOOKS_KEY = 7_311_942_010


def require(actor: User, right: str) -> None:
    """Raises `Forbidden` when the actor has not the permission `right` (`app.codename`)."""
    if not actor.has_perm(right):
        raise Forbidden(_("You do not have the right to do this. Ask an administrator for it."))


def lock_entry(*, actor: User, entry: Entry, right: str, version: str = "") -> Entry:
    """The entry as it is now, locked until the transaction ends, for an actor with `right` who may see it.

    Raises `Forbidden`, `NotFound`, `Stale` when `version` is given and is an old one.
    """
    require(actor, right)
    if not Entry.objects.visible_to(actor).filter(pk=entry.pk).exists():
        raise NotFound(_("There is no such entry, or it is not for you."))
    return lock(entry, version)


def require_draft(entry: Entry) -> None:
    """Raises `Conflict` for what is posted or discarded already."""
    if entry.is_posted:
        raise Conflict(
            _("This entry is posted and does not change any more. Correct it by a reversal."),
            code="already_posted",
        )
    if not entry.is_draft:
        raise Conflict(_("This entry was discarded."), code="discarded")


def hold_books(*, to_close: bool = False) -> None:
    """Until the transaction ends, no month is closed under somebody who posts; `to_close`: nobody posts."""
    function = "pg_advisory_xact_lock" if to_close else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [BOOKS_KEY])


def require_open(day: date, field: str) -> None:
    """Raises `Invalid` with the code `month_closed` when the day lies in a closed month."""
    if ClosedMonth.objects.filter(month=day.replace(day=1)).exists():
        sentence = _("%(month)s is closed. Choose a later day, or ask who closed it to open it again.") % {
            "month": f"{day:%B %Y}"
        }
        raise Invalid(sentence, code="month_closed", errors={field: [sentence]})


def require_past(day: date, field: str, actor: User) -> None:
    """Raises `Invalid` with the code `in_the_future` for a day that has not come on the actor's calendar."""
    if day > local_today(actor.timezone):
        sentence = _("%(day)s has not come yet: only what has happened is posted.") % {
            "day": f"{day:%-d %B %Y}"
        }
        raise Invalid(sentence, code="in_the_future", errors={field: [sentence]})
