"""Who may see which rows of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apps.core.querysets import VisibleQuerySet
from apps.core.search import SearchableQuerySet
from apps.finance.choices import EntryStatus

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.finance.models import Category, ClosedMonth, Entry


class CategoryQuerySet(VisibleQuerySet["Category"]):
    """The chart of accounts is for those who see the ledger."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("finance.view_category") else self.none()

    def active(self) -> Self:
        """Those that new entries may use."""
        return self.filter(is_active=True)


class EntryQuerySet(SearchableQuerySet["Entry"]):
    """One ledger: whoever may see it sees all of it."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("finance.view_entry") else self.none()

    def posted(self) -> Self:
        """What counts, reversals included: they count against what they reverse."""
        return self.filter(status=EntryStatus.POSTED)

    def drafts(self) -> Self:
        """What waits to be posted."""
        return self.filter(status=EntryStatus.DRAFT)

    def unreversed(self) -> Self:
        """Without what was corrected, and without the corrections."""
        return self.filter(reverses__isnull=True, reversal__isnull=True)


class ClosedMonthQuerySet(VisibleQuerySet["ClosedMonth"]):
    """Whoever sees the ledger may know which months are closed."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("finance.view_closedmonth") else self.none()
