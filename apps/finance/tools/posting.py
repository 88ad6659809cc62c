"""Tools that, when a person agrees, post drafts and reverse entries; and what that person is shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from apps.assistant.toolkit import Preview, ToolContext, ToolError, tool
from apps.documents.numbers import amount as amount_text
from apps.documents.numbers import day
from apps.finance.choices import EntryKind
from apps.finance.models import Entry
from apps.finance.selectors import alike
from apps.finance.services import drafts, posting
from apps.finance.services.drafts import EntryFields
from apps.finance.tools.answers import FoundEntry, entry_of, found_entry, named_category, touched


def preview_posting(ctx: ToolContext, *, entry_id: str, **corrected: Any) -> Preview:
    """All fields as they would be posted, the receipt, and entries that may be the same."""
    entry = entry_of(ctx, entry_id)
    fields: dict[str, Any] = {**_corrections(entry, **corrected)}
    shown = Entry(**{field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields
                     if not field.generated})  # fmt: skip
    for name, value in fields.items():
        setattr(shown, name, value)
    changed = [name for name in fields if getattr(entry, name) != fields[name]]
    same = alike(
        user=ctx.user,
        amount=shown.amount,
        currency=shown.currency,
        booked_on=shown.booked_on,
        reference=shown.external_reference,
        exclude=entry.pk,
    )
    warnings = [
        f"This may be in the ledger already: {other} ({other.get_status_display()})." for other in same
    ]
    if entry.run_id and shown.paid_on == shown.booked_on:
        source = "the date of the receipt" if entry.document else "the day of the entry"
        warnings.append(
            f"“Paid on” was taken from {source}. Correct it, or say no to “is paid” "
            "if the money has not moved yet."
        )
    if entry.run_id and shown.party.casefold() == shown.description.casefold():
        warnings.append("“From or to” was guessed from what it is for. Correct it if you know the name.")
    if changed:
        warnings.append(f"Differs from the draft: {', '.join(changed)}.")
    if entry.document is None:
        warnings.append("There is no receipt or invoice with it.")
    return Preview(
        title=f"Post: {shown.category.get_kind_display()}, {shown.party}",
        lines=_entry_lines(shown),
        body="After posting, it counts in the statements and is only corrected by a reversal.",
        effect=f"Posts {shown.currency} {shown.amount:,.2f} to the books for good.",
        amount=shown.amount,
        currency=shown.currency,
        files=[str(entry.document.pk)] if entry.document else [],
        touches=[touched(entry)],
        warnings=warnings,
        blocked=posting.why_not(actor=ctx.user, entry=shown),
    )


@tool(
    permission="finance.post_entry",
    destructive=True,
    second_hand=True,
    summary="Posting {currency} {amount}, {party} …",
    preview=preview_posting,
)
def post_entry(
    ctx: ToolContext,
    *,
    entry_id: str,
    party: str | None = None,
    amount: Decimal | None = None,
    currency: str | None = None,
    booked_on: date | None = None,
    paid_on: date | None = None,
    category: str | None = None,
    description: str | None = None,
    reference: str | None = None,
    is_paid: bool = True,
) -> FoundEntry:
    """Put a draft into the books, after a person has agreed. Give all its fields as they are in the draft:
    the person reads them, and may correct them before agreeing. Fields that are left out stay as they are.
    `is_paid` false takes the day of payment away: the money has not moved yet.
    """
    entry = entry_of(ctx, entry_id)
    fields = _corrections(
        entry,
        party=party,
        amount=amount,
        currency=currency,
        booked_on=booked_on,
        paid_on=paid_on,
        category=category,
        description=description,
        reference=reference,
        is_paid=is_paid,
    )
    if any(getattr(entry, name) != value for name, value in fields.items()):
        entry = drafts.edit_draft(actor=ctx.user, entry=entry, **fields)
    return found_entry(posting.post(actor=ctx.user, entry=entry))


def preview_reversal(
    ctx: ToolContext, *, entry_id: str, reason: str, booked_on: date | None = None
) -> Preview:
    """The entry that would be taken back, and why."""
    entry = entry_of(ctx, entry_id)
    lines = [*_entry_lines(entry), ("Reason", reason)]
    if booked_on:
        lines.append(("Reversed on", day(booked_on)))
    return Preview(
        title=f"Reverse: {entry}",
        lines=lines,
        body="An entry against it is posted; both stay in the ledger and are nothing together.",
        effect=f"Takes {entry.currency} {entry.amount:,.2f} out of the books again, by an entry against it.",
        amount=entry.amount,
        currency=entry.currency,
        touches=[touched(entry)],
        blocked="" if entry.is_posted else "Only what is posted is reversed.",
    )


@tool(
    permission="finance.reverse_entry",
    destructive=True,
    second_hand=True,
    summary="Reversing an entry …",
    preview=preview_reversal,
)
def reverse_entry(
    ctx: ToolContext, *, entry_id: str, reason: str, booked_on: date | None = None
) -> FoundEntry:
    """Take a posted entry back by an entry against it, after a person has agreed. Gives the correction.
    `booked_on` is the day of the entry unless given, or today if its month is closed.
    """
    entry = entry_of(ctx, entry_id)
    return found_entry(posting.reverse(actor=ctx.user, entry=entry, reason=reason, booked_on=booked_on))


def _corrections(entry: Entry, *, is_paid: bool = True, **given: Any) -> EntryFields:
    """The fields that were given, as the service takes them. Raises `ToolError` for no such category."""
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if not is_paid:
        fields["paid_on"] = None
    if "category" in fields:
        fields["category"] = named_category(fields["category"], EntryKind(entry.category.kind))
    if "reference" in fields:
        fields["external_reference"] = fields.pop("reference")
    if fields and not entry.is_draft:
        raise ToolError("This entry is no draft any more.")
    return fields  # type: ignore[return-value]


def _entry_lines(entry: Entry) -> list[tuple[str, str]]:
    """Everything that a person has to check."""
    lines = [
        ("Amount", f"{entry.currency} {amount_text(entry.amount)}"),
        ("Kind", str(entry.category.get_kind_display())),
        ("Category", entry.category.name),
        ("From or to", entry.party),
        ("Company", str(entry.company or "")),
        ("Date", day(entry.booked_on)),
        ("Paid on", day(entry.paid_on) if entry.paid_on else "not paid"),
        ("What for", entry.description),
        ("Reference", entry.external_reference),
        ("Document", entry.document.name if entry.document else ""),
    ]
    return [(label, text or "–") for label, text in lines]
