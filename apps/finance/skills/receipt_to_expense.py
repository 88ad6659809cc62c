"""A receipt becomes an expense: read, shown, agreed to by a person, posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from apps.assistant.skillkit import Citation, SkillContext, SkillResult, skill
from apps.assistant.slots import AttachmentSlot, MoneySlot, PeriodSlot
from apps.assistant.toolkit import ToolError
from apps.core.markdown import escape
from apps.finance.choices import HOUSE_CURRENCY
from apps.finance.tools import (
    FoundEntry,
    ReceiptReading,
    RecordedDraft,
    post_entry,
    read_receipt,
    record_expense,
)
from apps.finance.wording import day, facts_table, money

ASK = {
    "total": "the amount with its currency (“SGD 23.80”)",
    "currency": "the amount with its currency (“SGD 23.80”)",
    "date": "the date (“2026-11-03”)",
    "merchant": "who was paid",
}


class Slots(BaseModel):
    """The receipt, and what the person says of it: that counts more than what stands on it."""

    attachment: AttachmentSlot
    amount: MoneySlot | None = None
    day: PeriodSlot | None = None


class Facts(BaseModel):
    """What will be recorded."""

    party: str
    amount: Decimal
    currency: str
    booked_on: date


@skill("receipt_to_expense", slots=Slots)
def receipt_to_expense(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Nothing is guessed: what cannot be read is asked for, and nothing counts before somebody agreed."""
    reading = ctx.call(read_receipt, artifact_id=slots.attachment)
    if reading.is_known:
        return _known(reading)
    facts = _facts(reading, slots)
    if facts is None:
        return _unreadable(reading, slots)
    draft = ctx.call(
        record_expense,
        **facts.model_dump(),
        category=reading.category,
        paid_on=facts.booked_on,
        description=f"Receipt {reading.file_name}",
        reference=reading.number,
        artifact_id=slots.attachment,
    )
    ctx.say(_proposal(draft, reading))
    citations = [draft.entry.citation, *draft.alike]
    if not ctx.user.has_perm("finance.post_entry"):
        text = "\n\nIt is a draft [1]. Somebody who may post entries has to put it into the books."
        return SkillResult(text=text, citations=citations)
    return _post(ctx, draft.entry, citations)


def _post(ctx: SkillContext, entry: FoundEntry, citations: Sequence[Citation]) -> SkillResult:
    """Ask, and say what came of it. A refusal leaves the draft, which can be edited."""
    try:
        posted = ctx.call(
            post_entry,
            entry_id=entry.id,
            party=entry.party,
            amount=entry.amount,
            currency=entry.currency,
            booked_on=entry.booked_on,
            paid_on=entry.paid_on,
            category=entry.category,
            description=entry.description,
            reference=entry.reference,
            is_paid=entry.paid_on is not None,
        )
    except ToolError as error:
        text = f"\n\nIt was not posted: {escape(error.detail)} The draft [1] can be edited or discarded."
        return SkillResult(text=text, citations=list(citations))
    worth = money(posted.amount, posted.currency)
    text = f"\n\n**Posted**: {worth}, {escape(posted.party)}, {day(posted.booked_on)} [1]."
    return SkillResult(text=text, citations=[posted.citation, *citations[1:]], data=_data(posted))


def _facts(reading: ReceiptReading, slots: Slots) -> Facts | None:
    """What the person said, else what stands on the receipt; None when something is missing."""
    said_day = slots.day.start if slots.day and slots.day.start == slots.day.last_day else None
    amount = slots.amount.amount if slots.amount else reading.total
    currency = slots.amount.currency if slots.amount else reading.currency
    booked_on = said_day or reading.day
    if amount is None or not currency or booked_on is None or not reading.merchant:
        return None
    return Facts(party=reading.merchant, amount=amount, currency=currency, booked_on=booked_on)


def _known(reading: ReceiptReading) -> SkillResult:
    text = (
        f"The receipt **{escape(reading.number)}** is in the ledger already [1]. I did not record it again."
    )
    return SkillResult(text=text, citations=reading.alike[:1])


def _unreadable(reading: ReceiptReading, slots: Slots) -> SkillResult:
    """What was read, and what the person has to say."""
    unread = [name for name in reading.unread if not (slots.amount and name in {"total", "currency"})]
    wanted = " and ".join(dict.fromkeys(ASK[name] for name in unread))
    text = (
        f"I could not read everything on {escape(reading.file_name)}, so nothing was recorded. "
        f"Please send it again and tell me {wanted}.\n\n{_read(reading)}"
    )
    return SkillResult(text=text, data=reading.model_dump(mode="json"))


def _read(reading: ReceiptReading) -> str:
    currency = reading.currency or HOUSE_CURRENCY
    facts = [
        ("Merchant", reading.merchant),
        ("Date", day(reading.day)),
        ("Total", money(reading.total, currency) if reading.total is not None else ""),
        ("Number", reading.number),
    ]
    return facts_table(facts) if any(value for _name, value in facts) else ""


def _proposal(draft: RecordedDraft, reading: ReceiptReading) -> str:
    """What is to be posted, and what to look at first."""
    entry = draft.entry
    table = facts_table(
        [
            ("Amount", money(entry.amount, entry.currency)),
            ("of it tax", money(reading.tax, entry.currency) if reading.tax is not None else ""),
            ("Paid to", entry.party),
            ("Date", day(entry.booked_on)),
            ("Paid on", f"{day(entry.paid_on)} (as on the receipt)" if entry.paid_on else "not paid"),
            ("Category", entry.category_name),
            ("Reference", entry.reference),
            ("Receipt", reading.file_name),
        ]
    )
    notes = [f"- {escape(guess)}" for guess in reading.guesses]
    notes += [
        f"- **Is it there twice?** {escape(other.label)} [{number}] has the same amount."
        for number, other in enumerate(draft.alike, start=2)
    ]
    parts = ["I read this from the receipt and recorded it as a draft [1]:", table, "\n".join(notes)]
    return "\n\n".join(part for part in parts if part)


def _data(entry: FoundEntry) -> dict[str, object]:
    return entry.model_dump(mode="json", exclude={"citation"})
