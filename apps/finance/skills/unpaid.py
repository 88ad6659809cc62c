"""The answer to “who owes us money?” and “what do we owe?”."""

from __future__ import annotations

from collections.abc import Sequence

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.core.markdown import Align, escape, table
from apps.finance.choices import EntryKind
from apps.finance.statements import ordered
from apps.finance.tools import Unpaid, unpaid_entries
from apps.finance.wording import day, money

SHOWN = 20
_COLUMNS: list[tuple[str, Align]] = [
    ("Who", "left"), ("Amount", "right"), ("Entries", "right"), ("Oldest", "left"),
]  # fmt: skip


def answer_unpaid(ctx: SkillContext, kinds: Sequence[EntryKind]) -> SkillResult:
    """The sums first, by currency; then each party, and where its entries are."""
    found = [ctx.call(unpaid_entries, kind=kind) for kind in kinds]
    parts = [part for place, each in enumerate(found, start=1) for part in _parts(each, place)]
    parts.append("The ledger knows when something is booked and paid, and no due dates.")
    return SkillResult(
        text="\n\n".join(parts),
        citations=[each.citation for each in found],
        data={each.kind.value: each.model_dump(mode="json", exclude={"citation"}) for each in found},
    )


def _parts(found: Unpaid, place: int) -> list[str]:
    is_ours = found.kind == EntryKind.REVENUE
    if not found.parties:
        nothing, kind = "Nobody owes us anything" if is_ours else "We owe nothing", found.kind.label.lower()
        return [f"{nothing} on {day(found.day)}: every {kind} that is posted is paid [{place}]."]
    amounts = " and ".join(
        f"**{money(found.sums[code], code)}**" for code in ordered(found.sums) if code in found.sums
    )
    if is_ours:
        whom = "1 party owes us" if found.total == 1 else f"{found.total:,} parties owe us"
        head = f"{whom} {amounts} on {day(found.day)} [{place}]: booked as revenue, not received."
    else:
        whom = "1 party" if found.total == 1 else f"{found.total:,} parties"
        head = f"We owe {amounts} to {whom} on {day(found.day)} [{place}]: booked as expenses, not paid."
    rows = [
        [escape(each.party), money(each.amount, each.currency), f"{each.entries:,}", day(each.since)]
        for each in found.parties[:SHOWN]
    ]
    return [
        head,
        table(_COLUMNS, rows),
        *([f"These are the largest {SHOWN}."] if found.total > SHOWN else []),
    ]
