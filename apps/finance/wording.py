"""Amounts, days and statements in the words of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from apps.core.markdown import Align, escape, table
from apps.core.reporting.numbers import percent
from apps.documents.numbers import amount
from apps.finance.papers import DASH, StatementLine, share

_COLUMNS: list[tuple[str, Align]] = [
    ("Line", "left"),
    ("This period", "right"),
    ("Before", "right"),
    ("Change", "right"),
    ("%", "right"),
]


def money(value: Decimal, currency: str) -> str:
    """`SGD 1,234.50`."""
    return f"{currency} {amount(value)}"


def day(value: date | None) -> str:
    """`3 Nov 2026`; "" for none."""
    return f"{value.day} {value:%b %Y}" if value else ""


def percent_change(now: Decimal, before: Decimal) -> str:
    """`+33.3 %`; a dash where there was nothing before."""
    found = percent(now - before, abs(before))
    return DASH if found is None else f"{found:+} %".replace("-", "−")


def drafts_note(drafts: int) -> str:
    """That drafts are not counted, as a sentence to go on with; "" without any."""
    if not drafts:
        return ""
    one = drafts == 1
    return f" {drafts:,} draft{'' if one else 's'} of this period {'is' if one else 'are'} not counted."


def statement_table(lines: Sequence[StatementLine]) -> str:
    """The lines as a table: results stand out, as on paper."""
    rows = []
    for line in lines:
        cells = [
            escape(line.label),
            amount(line.amount),
            amount(line.before),
            amount(line.amount - line.before),
            share(line),
        ]
        rows.append(cells if line.kind == "category" else [f"**{cell}**" for cell in cells])
    return table(_COLUMNS, rows)


def facts_table(facts: Sequence[tuple[str, str]]) -> str:
    """Names and values below each other; what is empty is left out."""
    return table(
        [("What", "left"), ("Value", "left")], [(name, escape(value)) for name, value in facts if value]
    )
