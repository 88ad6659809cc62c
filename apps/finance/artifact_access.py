"""The receipts and invoices that people see because they see the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from apps.artifacts.access import holder
from apps.finance.models import Entry

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.finance.querysets import EntryQuerySet


@holder("finance.documents")
def documents(user: User) -> EntryQuerySet:
    """Documents of entries: whoever may read the entry may read what it was made of."""
    return Entry.objects.visible_to(user).filter(document__isnull=False).annotate(artifact=F("document"))
