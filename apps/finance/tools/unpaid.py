"""The tool that says who owes us, and whom we owe."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.core.periods import local_today
from apps.core.reporting.links import rows_link
from apps.finance.choices import EntryKind, EntryStatus
from apps.finance.models import Entry
from apps.finance.unpaid import OpenParty, unpaid_by_party

MAX_PARTIES = 50


class UnpaidParty(BaseModel):
    """What a party owes or is owed in one currency; `since` is the day of its oldest entry."""

    party: str
    currency: str
    amount: Decimal
    entries: int
    since: date


class Unpaid(BaseModel):
    """What is posted and not paid by the end of `day`: the sums of all, and the largest parties. The citation
    opens the entries.
    """

    kind: EntryKind
    day: date
    sums: dict[str, Decimal]
    total: int
    parties: list[UnpaidParty]
    citation: Citation


@tool(
    permission="finance.view_entry",
    read_only=True,
    second_hand=True,
    summary="Looking for what is not paid …",
)
def unpaid_entries(ctx: ToolContext, *, kind: EntryKind = EntryKind.REVENUE) -> Unpaid:
    """Who owes us money (kind revenue: booked and not received) or whom we owe (kind expense: booked and not
    paid), by party and currency, as of today. The ledger knows no due dates.
    """
    today = local_today(ctx.user.timezone)
    found = unpaid_by_party(user=ctx.user, kind=kind, end=today + timedelta(days=1))
    sums: dict[str, Decimal] = {}
    for each in found:
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.amount
    url = rows_link(
        Entry,
        {"status__exact": EntryStatus.POSTED.value, "open_at": today, "category__kind__exact": kind.value},
    )
    label = "Owed to us" if kind == EntryKind.REVENUE else "Owed by us"
    return Unpaid(
        kind=kind,
        day=today,
        sums=sums,
        total=len({each.party for each in found}),
        parties=[_answer(each) for each in found[:MAX_PARTIES]],
        citation=Citation(kind="report", id=url, label=f"{label}, entries not paid", url=url),
    )


def _answer(each: OpenParty) -> UnpaidParty:
    return UnpaidParty(
        party=each.party, currency=each.currency, amount=each.amount, entries=each.count, since=each.since
    )
