"""A receipt becomes a draft and a proposal. Nothing is guessed: what cannot be read is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.slots.extraction import Source
from apps.core.markdown import escape
from apps.finance.choices import HOUSE_CURRENCY
from apps.finance.selectors import is_table, latest_receipt
from apps.finance.skills.entry_tables import from_table
from apps.finance.skills.proposals import propose
from apps.finance.tools import ReceiptReading, read_receipt, record_expense
from apps.finance.wording import day, facts_table, money
from apps.finance.words.sentences import names_a_file, read_sentence

ASK = {
    "total": "the amount with its currency (“SGD 23.80”)",
    "currency": "the amount with its currency (“SGD 23.80”)",
    "date": "the date (“2026-11-03”)",
    "merchant": "who was paid",
}


class Said(BaseModel):
    """What the person said of the receipt: that counts more than what stands on it."""

    amount: Decimal | None = None
    currency: str = ""
    day: date | None = None


class Facts(BaseModel):
    """What will be recorded."""

    party: str
    amount: Decimal
    currency: str
    booked_on: date


def meant_file(source: Source, is_asked: bool) -> str | None:
    """The file that came with the message, or that its words name or point to; "" when the words are the
    entry and no file is meant; None when it has to be asked for.
    """
    if source.attachments:
        return source.attachments[-1]
    if read_sentence(source.text, source.today).is_whole and not names_a_file(source.text):
        return ""
    found = latest_receipt(user=source.user, conversation_id=source.conversation_id, words=source.text)
    if found is None or not (found.is_named or is_asked or names_a_file(source.text)):
        return None
    return str(found.file.pk)


def from_receipt(
    ctx: SkillContext, file_id: str, said: Said, otherwise: Callable[[], SkillResult] | None = None
) -> SkillResult:
    """Read, recorded, shown, agreed to by a person, posted. `otherwise` answers for what cannot be read.
    A table is no receipt: its rows are looked through.
    """
    if is_table(user=ctx.user, file_id=file_id):
        return from_table(ctx, file_id)
    reading = ctx.call(read_receipt, artifact_id=file_id)
    if reading.is_known:
        return _known(reading)
    facts = _facts(reading, said)
    if facts is None:
        return otherwise() if otherwise else _unreadable(reading, said)
    draft = ctx.call(
        record_expense,
        **facts.model_dump(),
        category=reading.category,
        paid_on=facts.booked_on,
        description=f"Receipt {reading.file_name}",
        reference=reading.number,
        artifact_id=file_id,
    )
    entry = draft.entry
    shown = [
        ("Amount", money(entry.amount, entry.currency)),
        ("of it tax", money(reading.tax, entry.currency) if reading.tax is not None else ""),
        ("Paid to", entry.party),
        ("Date", day(entry.booked_on)),
        ("Paid on", f"{day(entry.paid_on)} (as on the receipt)" if entry.paid_on else "not paid"),
        ("Category", entry.category_name),
        ("Reference", entry.reference),
        ("Receipt", reading.file_name),
    ]
    intro = "I read this from the receipt and recorded it as a draft [1]:"
    return propose(ctx, draft, intro=intro, facts=shown, notes=[*reading.guesses, reading.category_from])


def _facts(reading: ReceiptReading, said: Said) -> Facts | None:
    """What the person said, else what stands on the receipt; None when something is missing."""
    amount = reading.total if said.amount is None else said.amount
    currency = said.currency or reading.currency or ("" if said.amount is None else HOUSE_CURRENCY)
    booked_on = said.day or reading.day
    if amount is None or not currency or booked_on is None or not reading.merchant:
        return None
    return Facts(party=reading.merchant, amount=amount, currency=currency, booked_on=booked_on)


def _known(reading: ReceiptReading) -> SkillResult:
    text = (
        f"The receipt **{escape(reading.number)}** is in the ledger already [1]. I did not record it again."
    )
    return SkillResult(text=text, citations=reading.alike[:1])


def _unreadable(reading: ReceiptReading, said: Said) -> SkillResult:
    """What was read, and what the person has to say."""
    told = {"total", "currency"} if said.amount is not None else set()
    told |= {"date"} if said.day else set()
    wanted = " and ".join(dict.fromkeys(ASK[name] for name in reading.unread if name not in told))
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
