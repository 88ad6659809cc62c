"""Entries of the ledger, and what they add up to."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot, PeriodSlot
from apps.assistant.tools.documents import create_spreadsheet
from apps.core.markdown import Align, escape, table
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.tools import FoundEntries, find_entries
from apps.finance.wording import day, money
from apps.finance.words.lookups import Lookup, read_lookup

SHOWN, SAVED = 20, 100
_KIND: Any = ChoiceSlot(
    "",
    expense=(
        "expenses",
        "spend",
        "spent",
        "cost",
        "costs",
        "pay",
        "paid",
        "费用",
        "花费",
        "支出",
        "perbelanjaan",
    ),
    revenue=("revenues", "income", "earn", "earned", "sales", "收入", "hasil", "pendapatan"),
)
_ENTRIES: list[tuple[str, Align]] = [
    ("Date", "left"), ("From or to", "left"), ("Category", "left"), ("Amount", "right"), ("Status", "left"),
]  # fmt: skip
_SUMS: list[tuple[str, Align]] = [
    ("Category", "left"),
    ("Entries", "right"),
    ("Sum", "right"),
    ("Share", "right"),
]


class Slots(BaseModel):
    """Revenue or expenses, and the days; all of both without them."""

    kind: _KIND = ""
    period: PeriodSlot | None = None


@skill("ledger_lookup", slots=Slots)
def ledger_lookup(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Sums first, exact and apart by currency; then the entries, each with its citation."""
    wanted = read_lookup(ctx.message, slots.kind)
    found = ctx.call(
        find_entries,
        kind=EntryKind(slots.kind) if slots.kind else None,
        category=wanted.category,
        status=_status(wanted),
        query=wanted.party,
        since=slots.period.start if slots.period else None,
        until=slots.period.last_day if slots.period else None,
        at_least=wanted.at_least,
        at_most=wanted.at_most,
        limit=SAVED if wanted.as_file else SHOWN,
    )
    text = _text(found, _asked(wanted, slots), is_grouped=wanted.is_grouped)
    if wanted.as_file and found.rows:
        text += f"\n\n{_saved(ctx, found, wanted.as_file)}"
    shown = [] if wanted.is_grouped else found.rows[:SHOWN]
    return SkillResult(
        text=text, citations=[row.citation for row in shown], data=found.model_dump(mode="json")
    )


def _status(wanted: Lookup) -> EntryStatus | None:
    """Sums by category are of what counts, so that they agree with the statements."""
    if wanted.is_draft:
        return EntryStatus.DRAFT
    return EntryStatus.POSTED if wanted.is_grouped else None


def _asked(wanted: Lookup, slots: Slots) -> str:
    """What was looked for, in words, so that a misunderstanding shows."""
    kind = {"expense": "expenses", "revenue": "revenue entries"}.get(slots.kind, "entries")
    status = _status(wanted)
    parts = [f"{status.label.lower()} {kind}" if status else kind]
    if wanted.category:
        parts.append(f"in {wanted.category_name}")
    if wanted.party:
        parts.append(f"with “{escape(wanted.party)}”")
    if wanted.at_least is not None:
        parts.append(f"of at least {wanted.at_least:,.2f}")
    if wanted.at_most is not None:
        parts.append(f"of at most {wanted.at_most:,.2f}")
    if slots.period:
        parts.append(f"from {day(slots.period.start)} to {day(slots.period.last_day)}")
    return " ".join(parts)


def _text(found: FoundEntries, asked: str, *, is_grouped: bool) -> str:
    if not found.total:
        return f"There are no {asked} in the ledger."
    sums = " and ".join(f"**{money(amount, currency)}**" for currency, amount in found.sums.items())
    head = f"{found.total:,} {asked}: {sums} in all."
    if is_grouped:
        return f"{head}\n\n{_groups(found)}"
    rows = [
        [day(row.booked_on), f"{escape(row.party)} [{place}]", escape(row.category_name),
         money(-row.amount if row.is_reversal else row.amount, row.currency), escape(row.status)]
        for place, row in enumerate(found.rows[:SHOWN], start=1)
    ]  # fmt: skip
    notes = [f"These are the newest {SHOWN}."] if found.total > SHOWN else []
    if {row.status for row in found.rows} == {EntryStatus.DRAFT, EntryStatus.POSTED}:
        notes.append("Drafts are included; statements count what is posted.")
    return "\n\n".join(filter(None, (head, table(_ENTRIES, rows), " ".join(notes))))


def _groups(found: FoundEntries) -> str:
    """The largest category first, with its share of the same kind and currency."""
    wholes: dict[tuple[str, str], Decimal] = {}
    for each in found.by_category:
        key = (each.kind, each.currency)
        wholes[key] = wholes.get(key, Decimal(0)) + each.amount
    rows = []
    for each in found.by_category[:SHOWN]:
        whole = wholes[each.kind, each.currency]
        share = f"{each.amount / whole * 100:.1f} %" if whole else ""
        rows.append([escape(each.name), f"{each.count:,}", money(each.amount, each.currency), share])
    return table(_SUMS, rows)


def _saved(ctx: SkillContext, found: FoundEntries, file_format: str) -> str:
    made = ctx.call(
        create_spreadsheet,
        name="Ledger entries",
        columns=["Date", "Kind", "Category", "From or to", "What for", "Amount", "Currency", "Status"],
        rows=[
            [row.booked_on.isoformat(), row.kind, row.category_name, row.party, row.description,
             float(-row.amount if row.is_reversal else row.amount), row.currency, row.status]
            for row in found.rows
        ],
        format="csv" if file_format == "csv" else "xlsx",
    )  # fmt: skip
    rest = found.total - len(found.rows)
    more = f" It holds the newest {len(found.rows)}; export the rest from the ledger page." if rest else ""
    return f"They are attached as **{re.sub(r'[*_]', '', made.file_name)}**.{more}"
