"""A receipt becomes an expense: read, shown, agreed to by a person, posted."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.types import MoneyValue
from apps.core.periods import local_today
from apps.finance.choices import HOUSE_CURRENCY
from apps.finance.skills.receipts import Said, from_receipt, meant_file
from apps.finance.skills.record_entry import DaySlot
from apps.finance.skills.sentences import SaidEntry, from_words
from apps.finance.words.sentences import read_sentence


def _amount(source: Source, is_asked: bool) -> dict[str, Any] | None:  # noqa: ARG001
    """Only with a currency: “receipt 2” is no amount."""
    found = read_sentence(source.text, source.today).amount
    if found is None or not found.sign:
        return None
    return {"amount": str(found.value), "currency": found.currency or HOUSE_CURRENCY}


ReceiptSlot = Annotated[
    str,
    SlotSpec(
        "attachment",
        "Which file should I use? Please attach it, or say how much it was and what for "
        "(“SGD 84.50 for a taxi”).",
        find=meant_file,
    ),
    Field(description="Id of the receipt attached to the conversation."),
]


AmountSlot = Annotated[
    MoneyValue,
    SlotSpec("money", find=_amount),
    Field(description="The amount, if the user names one."),
]


class Slots(BaseModel):
    """The receipt, and what the person says of it: that counts more than what stands on it."""

    attachment: ReceiptSlot
    amount: AmountSlot | None = None
    day: DaySlot | None = None


@skill("receipt_to_expense", slots=Slots)
def receipt_to_expense(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The file that is meant; where the words are the entry, these."""
    if not slots.attachment:
        sentence = read_sentence(ctx.message, local_today(ctx.user.timezone))
        return from_words(ctx, SaidEntry.of(sentence))
    said = Said(day=slots.day)
    if slots.amount:
        said.amount, said.currency = slots.amount.amount, slots.amount.currency
    return from_receipt(ctx, slots.attachment, said)
