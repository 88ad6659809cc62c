"""A long table in a PDF: as reports set it, and as WeasyPrint alone would."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from apps.documents.content import Column, Table
from apps.documents.pdf import context_of, render_pdf, render_report
from apps.documents.report import Report, Section

#: WeasyPrint takes its time in proportion to the rows: fewer tell as much.
SAMPLE = 500


def main(*, rows: int) -> None:
    """Print seconds of CPU for each way, and how many times faster the chosen one is."""
    render_report(_report(10))
    chosen = _seconds(lambda: render_report(_report(rows)))
    plain = _seconds(lambda: render_pdf(template="report", context=context_of(_report(SAMPLE))))
    scaled = plain * rows / SAMPLE
    print(f"pdf tables: {rows} rows in {chosen:.1f} s")
    print(f"pdf tables: WeasyPrint alone {scaled:.1f} s, from {plain:.1f} s for {SAMPLE} rows")
    print(f"pdf tables: {scaled / chosen:.1f} times faster")


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _report(rows: int) -> Report:
    columns = (
        Column("Company"),
        Column("Contact"),
        Column("Status"),
        Column("Value", "money", "SGD"),
        Column("Days", "number"),
        Column("Last contact", "date"),
    )
    found = tuple(
        (
            f"Restaurant {number} 陈记餐饮",
            f"Person {number}",
            "Proposal",
            Decimal(number * 100) / 3,
            number % 90,
            date(2026, 1 + number % 12, 1 + number % 28),
        )
        for number in range(rows)
    )
    section = Section("Leads", table=Table(columns, found))
    return Report("Stale leads", "Measured", "November 2026", (section,), date(2026, 11, 22))
