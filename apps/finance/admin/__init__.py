"""The ledger in the back office."""

from __future__ import annotations

from apps.finance.admin.categories import CategoryAdmin
from apps.finance.admin.closing import ClosedMonthAdmin
from apps.finance.admin.entries import EntryAdmin

__all__ = ["CategoryAdmin", "ClosedMonthAdmin", "EntryAdmin"]
