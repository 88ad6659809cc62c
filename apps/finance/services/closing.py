"""Closing months, so that a statement that was handed out stays true."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.moments import require_sane
from apps.core.periods import Period, local_today
from apps.core.retrying import atomic_retried
from apps.finance.models import ClosedMonth, Entry
from apps.finance.services.locks import hold_books, require


@atomic_retried
def close_month(*, actor: User, month: date) -> ClosedMonth:
    """Close the calendar month that holds the day `month`.

    Waits for those who are posting. Raises `Forbidden`, `Invalid` for a month that is not over, `Conflict`
    when it is closed already or has drafts.
    """
    require(actor, "finance.add_closedmonth")
    require_sane(month, "month")
    hold_books(to_close=True)
    span = Period.month_of(month, actor.timezone)
    require_closable(actor=actor, span=span)
    closed = ClosedMonth.objects.create(month=span.start, closed_by=actor)
    audit.record(action="finance.month.closed", obj=closed, actor=actor)
    return closed


def require_closable(*, actor: User, span: Period) -> None:
    """Raises `Invalid` for a month that is not over, `Conflict` when it is closed already or has drafts."""
    if span.end > local_today(actor.timezone):
        raise Invalid(_("This month is not over yet."), errors={"month": [_("Not over yet.")]})
    if ClosedMonth.objects.filter(month=span.start).exists():
        raise Conflict(_("This month is closed already."), code="already_closed")
    drafts = Entry.objects.drafts().filter(booked_on__gte=span.start, booked_on__lt=span.end).count()
    if drafts:
        raise Conflict(
            ngettext(
                "There is %(count)d draft in this month. Post or discard it first.",
                "There are %(count)d drafts in this month. Post or discard them first.",
                drafts,
            )
            % {"count": drafts},
            code="has_drafts",
        )


@atomic_retried
def reopen_month(*, actor: User, closed: ClosedMonth) -> None:
    """Open a month again: what was handed out of it may no longer be true. Raises `Forbidden`, `NotFound`."""
    require(actor, "finance.delete_closedmonth")
    hold_books(to_close=True)
    current = ClosedMonth.objects.select_for_update().filter(pk=closed.pk).first()
    if current is None:
        raise NotFound(_("This month is open already."))
    audit.record(action="finance.month.reopened", obj=current, actor=actor)
    current.delete()
