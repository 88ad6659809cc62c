"""Tools that find entries and record drafts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.finance.choices import HOUSE_CURRENCY, EntryKind, EntryStatus
from apps.finance.models import Category
from apps.finance.selectors import Wanted, alike, proposed_category
from apps.finance.selectors import find_entries as search_entries
from apps.finance.services import drafts
from apps.finance.services.drafts import EntryFields
from apps.finance.tools.answers import (
    CategorySum,
    FoundEntries,
    FoundEntry,
    citation,
    found_entry,
    named_category,
)


class RecordedDraft(BaseModel):
    """A draft that was recorded, and entries that may be the same one. `category_from` says where a category
    that was not given comes from.
    """

    entry: FoundEntry
    alike: list[Citation]
    category_from: str = ""


@tool(
    permission="finance.view_entry",
    read_only=True,
    second_hand=True,
    summary="Looking through the ledger …",
)
def find_entries(
    ctx: ToolContext,
    *,
    query: str = "",
    kind: EntryKind | None = None,
    category: str = "",
    status: EntryStatus | None = None,
    currency: str = "",
    since: date | None = None,
    until: date | None = None,
    at_least: Decimal | None = None,
    at_most: Decimal | None = None,
    limit: int = 20,
) -> FoundEntries:
    """Search the ledger by the beginnings of words of party, purpose or reference, by revenue or expense,
    category code, status, currency, days (`until` included) and bounds of the amount. Gives sums over all
    that was found, in each currency and category.
    """
    wanted = Wanted(
        query=query,
        kind=kind or "",
        category=category,
        status=status or "",
        currency=currency,
        since=since,
        until=until,
        at_least=at_least,
        at_most=at_most,
    )
    found = search_entries(user=ctx.user, wanted=wanted, limit=limit)
    return FoundEntries(
        total=found.total,
        sums=found.sums,
        by_category=[CategorySum(**asdict(each)) for each in found.by_category],
        rows=[found_entry(row) for row in found.rows],
    )


@tool(
    permission="finance.add_entry", second_hand=True, summary="Recording an expense of {currency} {amount} …"
)
def record_expense(
    ctx: ToolContext,
    *,
    party: str,
    amount: Decimal,
    booked_on: date,
    category: str = "",
    currency: str = HOUSE_CURRENCY,
    paid_on: date | None = None,
    description: str = "",
    reference: str = "",
    artifact_id: str = "",
) -> RecordedDraft:
    """Record money that was spent, as a draft: it counts only once a person has posted it. `party` is who was
    paid, `category` a code or name (empty: proposed from party and words), `reference` the number on the
    receipt, `artifact_id` the receipt. Take amount, currency and date from the receipt or the user: never
    guess them.
    """
    facts: dict[str, Any] = {"party": party, "amount": amount, "currency": currency, "booked_on": booked_on}
    more = {"paid_on": paid_on, "description": description, "external_reference": reference}
    return _record(ctx, EntryKind.EXPENSE, category, artifact_id, {**facts, **more})


@tool(permission="finance.add_entry", second_hand=True, summary="Recording revenue of {currency} {amount} …")
def record_revenue(
    ctx: ToolContext,
    *,
    party: str,
    amount: Decimal,
    booked_on: date,
    category: str = "",
    currency: str = HOUSE_CURRENCY,
    paid_on: date | None = None,
    description: str = "",
    reference: str = "",
    artifact_id: str = "",
) -> RecordedDraft:
    """Record money that was earned, as a draft: it counts only once a person has posted it. `party` is the
    customer, `category` a code or name (empty: proposed from party and words), `reference` the number of the
    invoice.
    """
    facts: dict[str, Any] = {"party": party, "amount": amount, "currency": currency, "booked_on": booked_on}
    more = {"paid_on": paid_on, "description": description, "external_reference": reference}
    return _record(ctx, EntryKind.REVENUE, category, artifact_id, {**facts, **more})


def _record(
    ctx: ToolContext, kind: EntryKind, category: str, artifact_id: str, facts: dict[str, Any]
) -> RecordedDraft:
    wanted, category_from = _category(ctx, kind, category, facts)
    fields: EntryFields = {
        **facts,  # type: ignore[typeddict-item]
        "category": wanted,
        "document": ctx.attachment(artifact_id) if artifact_id else None,
    }
    entry = drafts.record_draft(actor=ctx.user, run_id=ctx.run_id, **fields)
    same = alike(
        user=ctx.user,
        amount=entry.amount,
        currency=entry.currency,
        booked_on=entry.booked_on,
        exclude=entry.pk,
    )
    return RecordedDraft(
        entry=found_entry(entry),
        alike=[citation(other) for other in same],
        category_from=category_from,
    )


def _category(ctx: ToolContext, kind: EntryKind, named: str, facts: dict[str, Any]) -> tuple[Category, str]:
    """The category that is named, or a proposal and why it is this one. Raises `ToolError`."""
    if named:
        return named_category(named, kind), ""
    party, said = facts["party"], facts["description"]
    found = proposed_category(user=ctx.user, kind=kind, party=party, words=f"{said} {party}", said=said)
    return (found.category, found.why) if found else (named_category(named, kind), "")
