"""What the assistant may do with the ledger."""

from __future__ import annotations

from apps.finance.tools.answers import CategorySum, FoundEntries, FoundEntry
from apps.finance.tools.closing import MonthClosed, close_month
from apps.finance.tools.entries import RecordedDraft, find_entries, record_expense, record_revenue
from apps.finance.tools.figures import LedgerFigure, LedgerFigures, ledger_figures
from apps.finance.tools.posting import post_entry, reverse_entry
from apps.finance.tools.receipts import ReceiptReading, read_receipt
from apps.finance.tools.statements import FinancialStatement, financial_statement
from apps.finance.tools.tables import EntryTable, read_entry_table, record_entry_table
from apps.finance.tools.unpaid import Unpaid, unpaid_entries

__all__ = [
    "CategorySum",
    "EntryTable",
    "FinancialStatement",
    "FoundEntries",
    "FoundEntry",
    "LedgerFigure",
    "LedgerFigures",
    "MonthClosed",
    "ReceiptReading",
    "RecordedDraft",
    "Unpaid",
    "close_month",
    "financial_statement",
    "find_entries",
    "ledger_figures",
    "post_entry",
    "read_entry_table",
    "read_receipt",
    "record_entry_table",
    "record_expense",
    "record_revenue",
    "reverse_entry",
    "unpaid_entries",
]
