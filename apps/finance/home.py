"""Entries that wait to be posted, on the home page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from apps.core.home import Agenda, AgendaRow, agenda, bounded
from apps.core.reporting.links import rows_link
from apps.finance.choices import EntryStatus
from apps.finance.models import Entry
from apps.finance.wording import money

if TYPE_CHECKING:
    from apps.accounts.models import User


@agenda(
    key="finance.drafts", title=gettext_lazy("Entries to post"), order=35, icon="receipt_long",
    empty=gettext_lazy("No entry waits. What is recorded or read from a receipt is a draft until posted."),
)  # fmt: skip
def drafts(user: User, now: datetime) -> Agenda | None:  # noqa: ARG001
    """Drafts for those who may post them, the oldest day first."""
    if not user.has_perm("finance.post_entry"):
        return None
    waiting = Entry.objects.visible_to(user).drafts().select_related("category")
    rows, total = bounded(waiting.order_by("booked_on", "pk"))
    return Agenda(
        tuple(map(_draft, rows)), total, rows_link(Entry, {"status__exact": EntryStatus.DRAFT.value})
    )


def _draft(entry: Entry) -> AgendaRow:
    return AgendaRow(
        title=f"{entry.party}, {money(entry.amount, entry.currency)}",
        url=entry.admin_url,
        note=entry.category.name,
        badge=date_format(entry.booked_on, "j M Y"),
        tone="warn",
    )
