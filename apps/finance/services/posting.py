"""Putting entries into the books, taking them back, and the day on which they were paid."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, DomainError, Invalid
from apps.core.moments import require_sane
from apps.core.periods import local_today
from apps.core.retrying import atomic_retried
from apps.finance.choices import EntryStatus
from apps.finance.models import ClosedMonth, Entry
from apps.finance.services.locks import (
    hold_books,
    lock_entry,
    require_draft,
    require_open,
    require_past,
)


@atomic_retried
def post(*, actor: User, entry: Entry, version: str = "") -> Entry:
    """Put a draft into the books: from now on it counts and does not change.

    Of several people who post it at once, one does. Raises `Forbidden`, `NotFound`, `Stale`, `Conflict` when
    it is no draft any more, `Invalid` for a day in a closed month or in the future.
    """
    hold_books()
    current = lock_entry(actor=actor, entry=entry, right="finance.post_entry", version=version)
    require_draft(current)
    _require_days(actor, current)
    current.status = EntryStatus.POSTED
    current.posted_by, current.posted_at = actor, timezone.now()
    current.save()
    document = current.document
    details = {
        "amount": str(current.amount),
        "currency": current.currency,
        "booked_on": current.booked_on.isoformat(),
        "category": current.category.code,
        # The file may be deleted one day; what it was stays known.
        "document_sha256": document.sha256 if document else "",
    }
    audit.record(action="finance.entry.posted", obj=current, details=details, actor=actor)
    return current


def why_not(*, actor: User, entry: Entry) -> str:
    """Why the entry could not be posted as it is; "" when it could. Nothing is locked: it may change."""
    try:
        require_draft(entry)
        _require_days(actor, entry)
    except DomainError as error:
        return error.detail
    return ""


@atomic_retried
def reverse(
    *, actor: User, entry: Entry, reason: str, booked_on: date | None = None, version: str = ""
) -> Entry:
    """Take a posted entry back by an entry against it, which is returned. Together they are nothing.

    `booked_on` is the day of the correction: that of the entry, unless its month is closed; then today. Money
    that had moved counts as moved back. Raises `Forbidden`, `NotFound`, `Stale`, `Invalid` without a reason
    or for a day in a closed month, `Conflict` for what is not posted, is a reversal, or is reversed.
    """
    hold_books()
    current = lock_entry(actor=actor, entry=entry, right="finance.reverse_entry", version=version)
    _require_reversible(current)
    if not reason.strip():
        raise Invalid(_("Say why it is reversed."), errors={"reason": [_("Required.")]})
    correction = _against(actor, current, reason.strip(), booked_on)
    _require_days(actor, correction)
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError as error:
        if "reverses" not in str(error):
            raise
        raise Conflict(_("This entry is reversed already."), code="already_reversed") from error
    details = {"reason": reason.strip()[:500], "reversal": str(correction.pk)}
    audit.record(action="finance.entry.reversed", obj=current, details=details, actor=actor)
    audit.record(
        action="finance.entry.posted",
        obj=correction,
        details={"reverses": str(current.pk), "reason": reason.strip()[:500]},
        actor=actor,
    )
    return correction


@atomic_retried
def mark_paid(*, actor: User, entry: Entry, paid_on: date, version: str = "") -> Entry:
    """Keep the day on which the money moved; a posted entry takes it once.

    Raises `Forbidden`, `NotFound`, `Stale`, `Invalid` for a day in a closed month or in the future, and
    `Conflict` when it was paid, discarded or reversed before.
    """
    hold_books()
    current = lock_entry(actor=actor, entry=entry, right="finance.change_entry", version=version)
    _require_payable(current)
    require_sane(paid_on, "paid_on")
    require_past(paid_on, "paid_on", actor)
    require_open(paid_on, "paid_on")
    current.paid_on = paid_on
    current.save()
    audit.record(
        action="finance.entry.updated",
        obj=current,
        details={"paid_on": [None, paid_on.isoformat()]},
        actor=actor,
    )
    return current


def _against(actor: User, entry: Entry, reason: str, booked_on: date | None) -> Entry:
    """The correction of a posted entry: what it takes back, on which day, and why."""
    day = booked_on or _open_day(entry.booked_on, actor)
    # Of another month than the payment when that one is closed.
    paid = (booked_on or _open_day(max(entry.paid_on, day), actor)) if entry.paid_on else None
    return Entry(
        category=entry.category,
        booked_on=day,
        paid_on=paid,
        amount=entry.amount,
        currency=entry.currency,
        party=entry.party,
        company=entry.company,
        description=reason[:2000],
        document=entry.document,
        status=EntryStatus.POSTED,
        recorded_by=actor,
        posted_by=actor,
        posted_at=timezone.now(),
        reverses=entry,
    )


def _open_day(day: date, actor: User) -> date:
    """The day itself, or today when its month is closed."""
    closed = ClosedMonth.objects.filter(month=day.replace(day=1)).exists()
    return local_today(actor.timezone) if closed else day


def _require_days(actor: User, entry: Entry) -> None:
    """What is posted has happened, in months that are open."""
    for name in ("booked_on", "paid_on"):
        day: date | None = getattr(entry, name)
        if day is not None:
            require_sane(day, name)
            require_past(day, name, actor)
            require_open(day, name)


def _require_reversible(entry: Entry) -> None:
    if not entry.is_posted:
        raise Conflict(_("Only what is posted is reversed. Discard a draft instead."), code="not_posted")
    if entry.reverses_id is not None:
        raise Conflict(
            _("This is a reversal itself. Record the right entry anew instead."), code="is_reversal"
        )
    if Entry.objects.filter(reverses=entry).exists():
        raise Conflict(_("This entry is reversed already."), code="already_reversed")


def _require_payable(entry: Entry) -> None:
    if entry.status == EntryStatus.VOID:
        raise Conflict(_("This entry was discarded."), code="discarded")
    if entry.paid_on is not None:
        raise Conflict(_("This entry is paid already."), code="already_paid")
    if entry.reverses_id is not None or Entry.objects.filter(reverses=entry).exists():
        raise Conflict(_("This entry was reversed: there is nothing to pay."), code="already_reversed")
