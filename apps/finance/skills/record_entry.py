"""An expense or revenue that a person says in words: recorded, shown, agreed to, posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.finance.choices import EntryKind
from apps.finance.skills.receipts import Said, from_receipt
from apps.finance.skills.sentences import SaidEntry, from_words
from apps.finance.words.amounts import currency_note
from apps.finance.words.sentences import read_sentence


class SaidAmount(BaseModel):
    """How much. `note` says what was taken for a currency that was not named; without an `amount`, the file
    that came with the message tells.
    """

    amount: Decimal | None = None
    currency: str = ""
    note: str = ""


def _amount(source: Source, is_asked: bool) -> dict[str, Any] | None:  # noqa: ARG001
    found = read_sentence(source.text, source.today).amount
    if found is None:
        return {} if source.attachments else None
    return {"amount": str(found.value), "currency": found.currency, "note": currency_note(found)}


def _what(source: Source, is_asked: bool) -> str | None:
    found = read_sentence(source.text, source.today).what or (source.text.strip() if is_asked else "")
    return found[:200] or ("" if source.attachments else None)


def _party(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return read_sentence(source.text, source.today).party or None


def _kind(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return read_sentence(source.text, source.today).kind


def _day(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    found = read_sentence(source.text, source.today).day
    return found.isoformat() if found else None


def _is_paid(source: Source, is_asked: bool) -> bool | None:  # noqa: ARG001
    return read_sentence(source.text, source.today).is_paid


AmountSlot = Annotated[
    SaidAmount,
    SlotSpec("money", "How much was it? With the currency, for example “SGD 84.50”.", find=_amount),
    Field(description="The amount that the user named, and its ISO currency."),
]
WhatSlot = Annotated[
    str,
    SlotSpec("text", "What was it for?", find=_what),
    Field(description="What the money was for, in the user's words.", max_length=200),
]
PartySlot = Annotated[
    str, SlotSpec("text", find=_party), Field(description="Who was paid or who paid, if the user says so.")
]
KindSlot = Annotated[EntryKind, SlotSpec("choice", find=_kind), Field(description="expense or revenue.")]
DaySlot = Annotated[
    date, SlotSpec("day", find=_day), Field(description="The day it belongs to, if the user names one.")
]
PaidSlot = Annotated[
    bool,
    SlotSpec("choice", find=_is_paid),
    Field(description="Whether the money has moved, if said."),
]


class Slots(BaseModel):
    """What was said: amount and purpose are asked for, the rest has a default that is told."""

    amount: AmountSlot
    what: WhatSlot
    party: PartySlot | None = None
    kind: KindSlot | None = None
    day: DaySlot | None = None
    is_paid: PaidSlot | None = None


@skill("record_entry", slots=Slots)
def record_entry(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The words of the person; of a receipt that came with them, what stands on it besides."""
    said = slots.amount
    file_id = str(ctx.attachments[-1].pk) if ctx.attachments else ""
    by_words = _by_words(ctx, slots, file_id) if said.amount is not None and slots.what else None
    if file_id and slots.kind != EntryKind.REVENUE:
        of_receipt = Said(amount=said.amount, currency=said.currency, day=slots.day)
        return from_receipt(ctx, file_id, of_receipt, otherwise=by_words)
    if by_words is None:
        return SkillResult(
            text="Please say how much it was and what for: “revenue of SGD 500 for the set-up”."
        )
    return by_words()


def _by_words(ctx: SkillContext, slots: Slots, file_id: str) -> Callable[[], SkillResult]:
    entry = SaidEntry(
        kind=slots.kind or EntryKind.EXPENSE,
        **slots.amount.model_dump(),
        what=slots.what,
        party=slots.party or "",
        day=slots.day,
        is_paid=slots.is_paid,
        document=file_id,
    )
    return lambda: from_words(ctx, entry)
