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
from apps.core.periods import local_today
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.skills.figures import answer_question
from apps.finance.skills.unpaid import answer_unpaid
from apps.finance.statements import ordered
from apps.finance.tools import CategorySum, FoundEntries, find_entries
from apps.finance.wording import day, money
from apps.finance.words.lookups import Lookup, read_lookup
from apps.finance.words.questions import Question, read_question

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


class Slots(BaseModel):
    """Revenue or expenses, and the days; all of both without them."""

    kind: _KIND = ""
    period: PeriodSlot | None = None


@skill("ledger_lookup", slots=Slots)
def ledger_lookup(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Sums first, exact and apart by currency; then the entries, each with its citation."""
    wanted = read_lookup(ctx.message, slots.kind)
    if wanted.unpaid:
        return answer_unpaid(ctx, wanted.unpaid)
    if question := _question(ctx):
        return answer_question(ctx, question)
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


def _question(ctx: SkillContext) -> Question | None:
    """What entries do not answer: a profit, several figures, or two periods beside each other."""
    found = read_question(ctx.message, local_today(ctx.user.timezone))
    return found if found and (found.against or "profit" in found.figures or len(found.figures) > 1) else None


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
    head = f"{found.total:,} {asked}: {_in_all(found)}."
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


def _in_all(found: FoundEntries) -> str:
    """The sums; of revenue and of expenses where both were found, which are not one amount."""
    wholes: dict[str, dict[str, Decimal]] = {}
    for each in found.by_category:
        sums = wholes.setdefault(each.kind, {})
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.amount
    told = {kind: _listed(sums) for kind, sums in wholes.items()}
    if len(told) == 1:
        return f"{next(iter(told.values()))} in all"
    return f"{told[EntryKind.REVENUE]} of revenue, and {told[EntryKind.EXPENSE]} of expenses"


def _listed(sums: dict[str, Decimal]) -> str:
    return " and ".join(
        f"**{money(sums[currency], currency)}**" for currency in ordered(sums) if currency in sums
    )


def _groups(found: FoundEntries) -> str:
    """A list for each currency and kind, which are never added up; the largest category first, with its share
    of that list.
    """
    lists: dict[tuple[str, str], list[CategorySum]] = {}
    for each in found.by_category:
        lists.setdefault((each.currency, each.kind), []).append(each)
    order = ordered(currency for currency, _kind in lists)
    keys = sorted(lists, key=lambda key: (order.index(key[0]), key[1] != EntryKind.REVENUE))
    return "\n\n".join(_group(lists[key], *key, is_only=len(lists) == 1) for key in keys)


def _group(rows: list[CategorySum], currency: str, kind: str, *, is_only: bool) -> str:
    whole = sum((each.amount for each in rows), Decimal(0))
    what = "Revenue" if kind == EntryKind.REVENUE else "Expenses"
    cells = [
        [
            escape(each.name),
            f"{each.count:,}",
            money(each.amount, currency),
            f"{each.amount / whole * 100:.1f} %" if whole else "",
        ]
        for each in rows[:SHOWN]
    ]
    head = "" if is_only else f"**{what} in {currency}: {money(whole, currency)}**\n\n"
    return f"{head}{table(_sums_of(currency), cells)}"


def _sums_of(currency: str) -> list[tuple[str, Align]]:
    return [("Category", "left"), ("Entries", "right"), ("Sum", "right"), (f"Share in {currency}", "right")]


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
