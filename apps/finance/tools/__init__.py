"""What the assistant may do with the ledger."""

from __future__ import annotations

from apps.finance.tools.answers import FoundEntries, FoundEntry
from apps.finance.tools.entries import RecordedDraft, find_entries, record_expense, record_revenue
from apps.finance.tools.posting import post_entry, reverse_entry
from apps.finance.tools.receipts import ReceiptReading, read_receipt
from apps.finance.tools.statements import FinancialStatement, financial_statement

__all__ = [
    "FinancialStatement",
    "FoundEntries",
    "FoundEntry",
    "ReceiptReading",
    "RecordedDraft",
    "financial_statement",
    "find_entries",
    "post_entry",
    "read_receipt",
    "record_expense",
    "record_revenue",
    "reverse_entry",
]
